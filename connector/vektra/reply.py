"""What a handler of `/api/v1` answers when it is more than a body with 200."""

from dataclasses import dataclass
from http import HTTPStatus

from connector.encoder import Answer, encode


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, a body (None for none) and headers (lower-case names)."""

    body: object
    status: int = HTTPStatus.OK
    headers: tuple[tuple[str, str], ...] = ()


def written(reply: Reply) -> Answer:
    """A reply as it leaves."""
    content = b"" if reply.body is None else encode(reply.body)
    return Answer(reply.status, content, reply.headers)
