"""How a call to a system outside can end when it does not succeed.

The difference that matters is whether the other system may have done what it was asked to:
what is `Uncertain` may only go on through a look-up, never by asking again.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType


class PushError(Exception):
    """A call did not succeed; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def worded(self, word: Callable[[str], str]) -> "PushError":
        """The same, with what it says as `word` puts it."""
        return type(self)(word(self.reason))


class Postponed(PushError):
    """Nothing was done there; try again, after `retry_after` seconds where that is known."""

    def __init__(self, reason: str, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after

    def worded(self, word: Callable[[str], str]) -> "Postponed":
        return Postponed(word(self.reason), self.retry_after)


class Busy(Postponed):
    """Nobody was asked: others are before us, and to wait for one's turn is no try."""

    def worded(self, word: Callable[[str], str]) -> "Busy":
        return Busy(word(self.reason), self.retry_after)


class Uncertain(PushError):
    """It may have been done, and the answer was lost: look it up before anything else."""


class Denied(PushError):
    """The other system does not let us in: nothing is sent there until somebody has a look.

    Trying on would lock the account in many systems.
    """


class Declined(PushError):
    """The other system will not do it as it is; `fields` says what is wrong with which member."""

    def __init__(self, reason: str, fields: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(reason)
        self.fields = fields

    def worded(self, word: Callable[[str], str]) -> "Declined":
        said = {word(where): word(why) for where, why in self.fields.items()}
        return type(self)(word(self.reason), said)


class Absent(Declined):
    """There is nothing of that name in the other system, or no more."""
