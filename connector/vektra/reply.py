"""What a handler of `/api/v1` answers when it is more than a body with 200."""

from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, a body (None for none) and headers (lower-case names)."""

    body: object
    status: int = HTTPStatus.OK
    headers: tuple[tuple[str, str], ...] = ()
