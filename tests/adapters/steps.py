"""Steps of a push that are kept in memory."""


class TakenOverError(Exception):
    """Somebody else goes on with this push."""


class MemorySteps:
    """Steps of one push, which outlive a try; only the first `most` of them can be kept."""

    def __init__(self, most: int | None = None) -> None:
        self.reached: dict[str, str] = {}
        self.times = 0
        self.most = most

    def get(self, name: str) -> str | None:
        return self.reached.get(name)

    def keep(self, **reached: str) -> None:
        if self.times == self.most:
            raise TakenOverError
        self.times += 1
        self.reached |= reached
