"""What is wrong with a model, told by member and position."""

from difflib import get_close_matches

from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity


class Fault(Exception):
    """One thing that is wrong: a stable code, what fills its sentence, and where it stands.

    `at` is the place in an expression, counted from 1, and 0 where there is no expression;
    `where` the member that holds it, once that is known.
    """

    def __init__(self, code: str, at: int = 0, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.at = at
        self.where = ""
        self.params = params

    def within(self, where: str) -> Invalid:
        """The refusal of the member at `where`."""
        told = {**self.params, "at": self.at}
        place = f"{where}/{self.where}" if self.where else where
        return Invalid(
            "the model cannot be read", [Finding(Severity.ERROR, self.code, told, place)]
        )


def near(name: str, known: list[str]) -> str:
    """`did you mean` for a name that is not known; empty where nothing is like it."""
    found = get_close_matches(name, known[:2_000], 1)
    return f"; did you mean {found[0]!r}?" if found else ""
