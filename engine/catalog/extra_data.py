"""Extra data as XML: `<Fields><Field Name="…" Type="String|Url|Image">CDATA</Field></Fields>`.

Real data is dirty, so reading never fails: what is no XML is scanned for its fields.
Entities and document types are never honoured.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from engine.catalog.product import ExtraDatum, ExtraKind

_FIELD = re.compile(r"<Field\b([^<>]*)>", re.ASCII | re.IGNORECASE)
_END = re.compile(r"</Fields?\s*>|\Z", re.ASCII | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(Name|Type)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.ASCII | re.IGNORECASE)
_STRAY = re.compile(r"</Fields?>?\s*\Z", re.ASCII | re.IGNORECASE)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KINDS = {kind.lower(): kind for kind in ExtraKind}
_LONGEST = 200_000


def from_xml(xml: str) -> tuple[tuple[ExtraDatum, ...], bool]:
    """The extra data that `xml` holds, and whether it was sound XML.

    A missing or unknown type means String; labels may repeat; order is kept. Of text
    longer than 200 000 characters the rest is not read.
    """
    if not xml.strip():
        return (), True
    xml = xml[:_LONGEST]
    try:
        root: Element = fromstring(xml.strip(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        return tuple(_scanned(_NOT_XML.sub("", xml))), False
    fields = (element for element in root.iter() if _local(element.tag) == "field")
    return tuple(_from_element(field) for field in fields), True


def to_xml(extra_data: Sequence[ExtraDatum]) -> str:
    """The XML of `extra_data`; empty text when there is none."""
    if not extra_data:
        return ""
    fields = "".join(
        f' <Field Name="{escape(_NOT_XML.sub("", datum.name))}" Type="{datum.kind}">'
        f"{_cdata(_NOT_XML.sub('', datum.value))}</Field>\n"
        for datum in extra_data
    )
    return f"<Fields>\n{fields}</Fields>"


def _from_element(element: Element) -> ExtraDatum:
    attributes = {_local(name): value for name, value in element.attrib.items()}
    inner = (
        (child.text or "", child.tail or "") for child in element if _local(child.tag) != "field"
    )
    return _datum(
        attributes, "".join([element.text or "", *(text for pair in inner for text in pair)])
    )


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def _scanned(text: str) -> Iterable[ExtraDatum]:
    """The fields found by looking for their tags: each ends where it says, or at the next."""
    starts = list(_FIELD.finditer(text))
    ends = [following.start() for following in starts[1:]] + [len(text)]
    for start, end in zip(starts, ends, strict=False):
        content = "" if start[1].rstrip().endswith("/") else text[start.end() : end]
        attributes = {
            found[1].lower(): unescape(found[2] or found[3] or "")
            for found in _ATTRIBUTE.finditer(start[1])
        }
        yield _datum(attributes, _plain(content))


def _plain(content: str) -> str:
    before, opened, inside = content.partition("<![CDATA[")
    value, closed, _ = inside.partition("]]>")
    if opened and closed:
        return value
    rest = inside if opened else before
    ending = _END.search(rest)
    return unescape(rest[: ending.start() if ending else None]).strip()


def _datum(attributes: dict[str, str], value: str) -> ExtraDatum:
    kind = _KINDS.get(attributes.get("type", "").strip().lower(), ExtraKind.STRING)
    return ExtraDatum(attributes.get("name", ""), _STRAY.sub("", value), kind)


def _cdata(value: str) -> str:
    return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>" if value else ""
