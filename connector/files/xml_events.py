"""A part of a workbook as a stream of XML events, with no tree and no document type."""

from collections.abc import Callable
from xml.parsers import expat

from connector.files.archive import Part
from engine.kernel.errors import Invalid

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Words = Callable[[str], None]


def run(part: Part, start: Start, end: End, words: Words) -> None:
    """Tell `start`, `end` and `words` what `part` holds; names come without their prefix.

    Invalid when the part is no XML, or has a document type: entities live there.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    parser.EndElementHandler = lambda name: end(_local(name))
    parser.CharacterDataHandler = words

    def refuse(*_: object) -> None:
        raise Invalid(f"{part.name[:200]} declares a document type")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        while piece := part.read():
            parser.Parse(piece, False)  # noqa: FBT003 (the parser's own signature)
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two: odd encodings
        raise Invalid(f"{part.name[:200]} is no XML: {error}") from None


def attribute(attributes: dict[str, str], name: str) -> str:
    """The attribute called `name`, whatever its prefix; empty when it is not there."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if _local(key) == name), "")


def _local(name: str) -> str:
    return name if ":" not in name else name.rpartition(":")[2]
