"""A document as data: the same as people read, with exact numbers."""

from decimal import Decimal

import msgspec

from connector.encoder import encode
from engine.proposals.document import Document

_PRESENTATION = ("template", "accent")


def written(document: Document) -> bytes:
    """The document as JSON; its SHA-256 is the fingerprint that every format shows."""
    members = msgspec.to_builtins(document, builtin_types=(Decimal,))
    told = {name: value for name, value in members.items() if name not in _PRESENTATION}
    return encode(told)
