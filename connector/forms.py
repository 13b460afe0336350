"""Forms: bodies as browsers and PHP send them, read into the JSON value they stand for.

The name of a value says where it stands: `userIds[]`, `lines[0][sku]`, `qualifiers[scope]`. Every
value is a text. The schema of the body says what is a list, and where an empty text means that
there is nothing.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import unquote_to_bytes

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from connector.json_body import Malformed

MOST_VALUES = 1_000
_DEEPEST = 8
_URLENCODED = re.compile(
    r'application/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset="?utf-?8"?[ \t]*)?', re.IGNORECASE
)
_MULTIPART = re.compile(r'multipart/form-data;.*?boundary="?([^";,]{1,70})"?', re.IGNORECASE)
_PAIR = re.compile(rb"[^&]+")
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_STEP = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_NO_CODE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_TOO_MANY = f"the form has more than {MOST_VALUES} values"

Schema = Mapping[str, Any]


class Tree(dict[str, Any]):
    """What stands below a name; `next_place` is the one after the last of a list."""

    next_place = 0

    def step(self, told: str) -> str:
        """The step that `told` stands for: where it is empty, the next place."""
        step = told or str(self.next_place)
        if _PLACE.fullmatch(step):
            self.next_place = max(self.next_place, int(step) + 1)
        return step


def is_form(media_type: str) -> bool:
    """Whether a body of that type is a form in UTF-8."""
    return bool(_URLENCODED.fullmatch(media_type) or _MULTIPART.match(media_type))


def read(raw: bytes, media_type: str, schema: Schema) -> dict[str, Any]:
    """The JSON object a form stands for, as `schema` has it; raises Malformed.

    `schema` has no references left.
    """
    multipart = _MULTIPART.match(media_type)
    tree = Tree()
    for pair in _pairs(raw) if multipart is None else _parts(raw, multipart[1]):
        name, value = (each.replace("\0", "\N{REPLACEMENT CHARACTER}") for each in pair)
        _put(tree, name, value)
    return _object(tree, schema)


def _pairs(raw: bytes) -> Iterator[tuple[str, str]]:
    pairs = [found[0] for found in islice(_PAIR.finditer(raw), MOST_VALUES + 1)]
    if len(pairs) > MOST_VALUES:
        raise Malformed(_TOO_MANY)
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        yield _text(name), _text(value)


def _text(raw: bytes) -> str:
    if _NO_CODE.search(raw):
        raise Malformed("a percent sign stands before no two hexadecimal digits")
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise Malformed("the body is not UTF-8") from None


def _parts(raw: bytes, boundary: str) -> Iterator[tuple[str, str]]:
    try:
        for name, value in _fields(raw, boundary):
            yield name, value.decode()
    except UnicodeDecodeError:
        raise Malformed("the body is not UTF-8") from None
    except RequestEntityTooLarge:
        raise Malformed(_TOO_MANY) from None
    except ValueError:
        raise Malformed("the body is no form") from None


def _fields(raw: bytes, boundary: str) -> Iterator[tuple[str, bytes]]:
    decoder = MultipartDecoder(boundary.encode("latin-1"), max_parts=MOST_VALUES)
    decoder.receive_data(raw)
    decoder.receive_data(None)
    name, parts = "", list[bytes]()
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, File):
            raise Malformed("no files are taken here")
        if isinstance(event, Field):
            name, parts = event.name or "", []
        elif isinstance(event, Data):
            parts.append(event.data)
            if not event.more_data:
                yield name, b"".join(parts)


def _put(tree: Tree, name: str, value: str) -> None:
    """Put a value where its name says; an empty bracket is the next place of a list."""
    whole = _NAME.fullmatch(name)
    if whole is None:
        raise Malformed("a name is empty or has brackets that do not close", name)
    steps = [whole[1], *_STEP.findall(whole[2])]
    if len(steps) > _DEEPEST:
        raise Malformed(f"a name has more than {_DEEPEST} steps", name)
    for step in steps[:-1]:
        tree = tree.setdefault(tree.step(step), Tree())
        if not isinstance(tree, Tree):
            raise Malformed("a member is given twice", name)
    last = tree.step(steps[-1])
    if last in tree:
        raise Malformed("a member is given twice", name)
    tree[last] = value


def _object(tree: Tree, schema: Schema) -> dict[str, Any]:
    named = next((each for each in _choices(schema) if each.get("type") == "object"), schema)
    members, others = named.get("properties", {}), named.get("additionalProperties")
    rest: Schema = others if isinstance(others, Mapping) else {}
    return {name: _value(each, members.get(name, rest)) for name, each in tree.items()}


def _value(given: Any, schema: Schema) -> Any:
    """A value as its schema has it: null for an empty text where no empty text can be meant."""
    choices = {each.get("type"): each for each in _choices(schema)}
    if isinstance(given, str):
        is_nothing = not given and schema.get("nullable") and not _is_free(choices.get("string"))
        return None if is_nothing else given
    if "array" in choices and _is_list(given, may_have_gaps="object" not in choices):
        items = choices["array"].get("items", {})
        return [_value(given[place], items) for place in sorted(given, key=int)]
    return _object(given, schema)


def _is_list(tree: Tree, *, may_have_gaps: bool) -> bool:
    """Whether the names of a tree are places; those from 0 on where names may be numbers too."""
    if may_have_gaps:
        return all(_PLACE.fullmatch(each) for each in tree)
    return tree.keys() == set(map(str, range(len(tree))))


def _is_free(text: Schema | None) -> bool:
    """Whether a text may be empty."""
    return text is not None and not {"minLength", "pattern", "enum"} & text.keys()


def _choices(schema: Schema) -> tuple[Schema, ...]:
    return tuple(schema.get("oneOf") or (schema,))
