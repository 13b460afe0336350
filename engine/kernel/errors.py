"""The taxonomy of refusals, named by what the caller can do about them.

No class carries a status code: each surface voices them in its own `errors.py`.
`code` is stable and listed in docs/errors.md.
"""

from collections.abc import Sequence
from typing import ClassVar

from engine.kernel.finding import Finding


class EngineError(Exception):
    """Something the engine refuses to do, said in English for technicians.

    `params` fill the sentence a surface shows to its user in the user's language.
    """

    code: ClassVar[str] = "engine_error"

    def __init__(self, detail: str, **params: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.params = params


class Invalid(EngineError):
    """The request must be corrected; `findings` name the members that are wrong."""

    code = "invalid"

    def __init__(self, detail: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(detail)
        self.findings = tuple(findings)


class NotFound(EngineError):
    """Name another thing: this one does not exist for this tenant."""

    code = "not_found"


class Conflict(EngineError):
    """Reload and decide again."""

    code = "conflict"


class IllegalTransition(Conflict):
    """The state forbids the act."""

    code = "illegal_transition"


class QuoteLocked(Conflict):
    """The quote's status lets nobody change what it offers."""

    code = "quote_locked"


class KeyReused(Conflict):
    """The idempotency key was used for another request."""

    code = "idempotency_key_reused"


class StaleRevision(Conflict):
    """Somebody else wrote first."""

    code = "stale_revision"


class Moved(Conflict):
    """The quote was priced anew between two looks at it; asked again, it goes on."""

    code = "moved"


class AlreadyOrdered(Conflict):
    """Another alternative of the quote was ordered before; `params["order"]` names the order."""

    code = "already_ordered"


class OrderChanged(Conflict):
    """What is to be billed of the order is still open, or no longer what it was."""

    code = "order_changed"


class Gone(EngineError):
    """It was there and is no longer: ask whoever named it for another."""

    code = "gone"


class NotChangeable(Conflict):
    """What a change to an order asks for is too late, or was quoted for something else.

    `findings` name the members it was asked with; the first one's code is told.
    """

    code = "not_changeable"

    def __init__(self, detail: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(detail)
        self.findings = tuple(findings)


class Forbidden(EngineError):
    """Ask someone who may."""

    code = "forbidden"


class Unavailable(EngineError):
    """A system behind the engine does not answer; try again later."""

    code = "unavailable"
