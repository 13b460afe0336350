"""Requests and answers as bytes: a head with a length in it, and a body."""

END_OF_HEAD = b"\r\n\r\n"


def length_of(message: bytes) -> int:
    """How many bytes the body has by the word of the head."""
    head = message.partition(END_OF_HEAD)[0]
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def lasting(head: bytes) -> bytes:
    """The head of an answer after which the connection may be used again."""
    first, *others = head.removesuffix(END_OF_HEAD).split(b"\r\n")
    kept = [each for each in others if not each.lower().startswith(b"connection:")]
    return b"\r\n".join([first.replace(b"HTTP/1.0", b"HTTP/1.1"), *kept]) + END_OF_HEAD


def with_body(head: bytes, body: bytes, length: int | None = None) -> bytes:
    """An answer with another body than the head was made for."""
    lines = [each for each in head.split(b"\r\n") if not each.lower().startswith(b"content-length")]
    said = len(body) if length is None else length
    return b"\r\n".join([*lines, b"Content-Length: %d" % said]) + END_OF_HEAD + body
