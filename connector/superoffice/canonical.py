"""Bodies spelled the way the document spells them, whatever the caller's habits.

Member names are read in any letter case, some under a second name; enumerations as names in
any case, as older names, or as numbers. The shapes come from the document itself. Members
and values it does not know are left alone: the first travel on, the second are for the
validator to refuse.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from connector.json_body import Malformed

Json = dict[str, Any]

_OLDER_NAMES = {
    "ValueOverride": {
        "Total": "OverrideTotal",
        "TotalPrice": "OverrideTotal",
        "DiscountPercent": "OverrideDiscountPercent",
        "DiscountAmount": "OverrideDiscountAmount",
        "EarningPercent": "OverrideEarningPercent",
        "EarningAmount": "OverrideEarningAmount",
    },
    "QuoteVersionState": {
        "DraftCalculated": "Draft",
        "DraftApprovalRejected": "DraftNotApproved",
        "Rejected": "Lost",
    },
    "QuoteAction": {"Send": "SendQuote", "UpdatePrice": "UpdatePrices"},
}
_SECOND_NAMES = {"QuoteContext": "Context"}
_STAND_INS = {"ConnectionData": "ConfigValues"}
"""Members that take their value from another one where they are missing; both stay."""


class EnumStyle(StrEnum):
    """How enumerations are written in answers."""

    NAMES = "names"
    NUMBERS = "numbers"
    MIRROR = "mirror"
    """Numbers for callers that send numbers, names for all others."""


class Enumeration:
    """One enumeration: its names, its numbers and what else is understood."""

    def __init__(self, name: str, members: Mapping[str, int]) -> None:
        self.names = frozenset(members)
        self.numbers = dict(members)
        self._by_number = {number: member for member, number in members.items()}
        understood = {member: member for member in members} | _OLDER_NAMES.get(name, {})
        self._by_spelling = {spelling.lower(): member for spelling, member in understood.items()}

    def name_of(self, value: object) -> object:
        """The name meant by `value`; `value` itself where none is."""
        if type(value) is int:
            return self._by_number.get(value, value)
        return self._by_spelling.get(value.lower(), value) if isinstance(value, str) else value


class Shape:
    """One object of the document: its members, enumerations and inner objects."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()
        self.spellings: dict[str, str] = {}
        self.second_names: list[tuple[str, str, bool]] = []
        self.enumerations: list[tuple[str, Enumeration]] = []
        self.inner: list[tuple[str, Shape]] = []

    def canonicalise(self, body: Json) -> bool:
        """Spell `body` as the document does, in place; whether an enumeration was a number."""
        if not self.names.issuperset(body):
            self._respell(body)
        for member, second, stays in self.second_names:
            if body.get(member) is None and body.get(second) is not None:
                body[member] = body[second] if stays else body.pop(second)
        numeric = False
        for member, enumeration in self.enumerations:
            value = body.get(member)
            if value is None or (type(value) is str and value in enumeration.names):
                continue
            numeric = numeric or type(value) is int
            body[member] = enumeration.name_of(value)
        for member, shape in self.inner:
            value = body.get(member)
            if value:
                numeric = shape.canonicalise_all(value) or numeric
        return numeric

    def canonicalise_all(self, value: object) -> bool:
        """Canonicalise an object, or every object of a list."""
        if type(value) is dict:
            return self.canonicalise(value)
        numeric = False
        if type(value) is list:
            for one in value:
                if type(one) is dict and self.canonicalise(one):
                    numeric = True
        return numeric

    def numbered(self, value: object) -> object:
        """A copy of an answer with its enumerations as numbers."""
        if isinstance(value, list):
            return [self.numbered(one) for one in value]
        if not isinstance(value, dict):
            return value
        answer = dict(value)
        for member, enumeration in self.enumerations:
            if member in answer:
                answer[member] = enumeration.numbers.get(answer[member], answer[member])
        for member, shape in self.inner:
            if answer.get(member):
                answer[member] = shape.numbered(answer[member])
        return answer

    def _respell(self, body: Json) -> None:
        meant = {name: self.spellings.get(name.lower()) for name in body.keys() - self.names}
        if not any(meant.values()):
            return
        spelled: Json = {}
        for name, value in body.items():
            member = meant.get(name) or name
            if member in spelled:
                raise Malformed(f"the member {member} is given in two spellings", member)
            spelled[member] = value
        body.clear()
        body.update(spelled)


class Canonical:
    """The shapes of one document's requests and answers, by operation."""

    def __init__(self, document: Json, style: EnumStyle = EnumStyle.MIRROR) -> None:
        self._style = style
        reader = _Reader(document)
        posts = {post["operationId"]: post for post in _posts(document)}
        self._requests = {
            name: reader.request(post["requestBody"]["content"]["application/json"]["schema"])
            for name, post in posts.items()
        }
        self._answers = {
            name: reader.answer(post["responses"]["200"]["content"]["application/json"]["schema"])
            for name, post in posts.items()
        }

    def canonicalise(self, operation: str, body: Json) -> bool:
        """Spell `body` as the document does, in place; whether its answer writes numbers.

        Raises Malformed where two members of an object are the same one in two spellings.
        """
        numeric = self._requests[operation].canonicalise(body)
        return self._style is EnumStyle.NUMBERS or (numeric and self._style is EnumStyle.MIRROR)

    def numbered(self, operation: str, value: object) -> object:
        """The answer `value` with its enumerations as numbers; `value` itself is not touched."""
        shape, is_map = self._answers[operation]
        if shape is None:
            return value
        if is_map and isinstance(value, dict):
            return {key: shape.numbered(one) for key, one in value.items()}
        return shape.numbered(value)


class _Reader:
    """Reads shapes out of a document; a component is read once."""

    def __init__(self, document: Json) -> None:
        self._components: Json = document["components"]["schemas"]
        self._read: dict[str, Shape | Enumeration | None] = {}

    def request(self, schema: Json) -> Shape:
        shape = self._shape(schema) or Shape()
        for member, second in _SECOND_NAMES.items():
            if member in shape.names and second not in shape.names:
                shape.second_names.append((member, second, False))
                shape.names |= {second}
                shape.spellings[second.lower()] = second
        for member, stand_in in _STAND_INS.items():
            if {member, stand_in} <= shape.names:
                shape.second_names.append((member, stand_in, True))
        return shape

    def answer(self, schema: Json) -> tuple[Shape | None, bool]:
        """The objects an answer is made of, and whether it is a map of them."""
        while "$ref" in schema:
            schema = self._components[schema["$ref"].rpartition("/")[2]]
        values = schema.get("additionalProperties")
        if "properties" not in schema and isinstance(values, dict):
            return self._shape(values), True
        return self._shape(schema), False

    def _shape(self, schema: Json) -> Shape | None:
        found = self._find(schema)
        return found if isinstance(found, Shape) else None

    def _find(self, schema: Json) -> Shape | Enumeration | None:
        if "$ref" in schema:
            return self._component(schema["$ref"].rpartition("/")[2])
        if len(schema.get("allOf", ())) == 1:
            return self._find(schema["allOf"][0])
        if "properties" in schema:
            return self._fill(Shape(), schema["properties"])
        return self._shape(schema["items"]) if "items" in schema else None

    def _component(self, name: str) -> Shape | Enumeration | None:
        if name in self._read:
            return self._read[name]
        schema = self._components[name]
        if "oneOf" in schema:
            names, numbers = (self._components[name + kind]["enum"] for kind in ("Name", "Number"))
            self._read[name] = Enumeration(name, dict(zip(names, numbers, strict=True)))
        elif "properties" in schema:
            shape = self._read[name] = Shape()  # known before it is filled: shapes may be circular
            self._fill(shape, schema["properties"])
        else:
            self._read[name] = self._find(schema)
        return self._read[name]

    def _fill(self, shape: Shape, properties: Json) -> Shape:
        shape.names = frozenset(properties)
        shape.spellings = {name.lower(): name for name in properties}
        for member, schema in properties.items():
            found = self._find(schema)
            if isinstance(found, Enumeration):
                shape.enumerations.append((member, found))
            elif found is not None:
                shape.inner.append((member, found))
        return shape


def _posts(document: Json) -> list[Json]:
    return [item["post"] for item in document["paths"].values() if "post" in item]
