"""Working schemas: the members of a carrier that the engine reads, and how each is read.

The document has settled the shape of every member before these run, so they only
convert. `Reader` reads with a schema's fields and none of marshmallow's per-call work;
a test holds it to what the schema itself loads.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar, cast

from marshmallow import Schema, fields

T = TypeVar("T")


class Converted(fields.Field[Any]):
    """A member read by one function, `convert`; missing it is `default`."""

    def __init__(self, convert: Callable[[object], Any], data_key: str, default: object) -> None:
        super().__init__(data_key=data_key, load_default=default)
        self.key = data_key
        self.convert = convert

    def _deserialize(self, value: object, *_: object, **__: object) -> object:
        return self.convert(value)


class Reader(Generic[T]):
    """Reads carriers with the fields of `schema` into a `build` that has the same members."""

    def __init__(self, schema: Schema, build: Callable[..., T], members: Iterable[str]) -> None:
        self.schema = schema
        self._build = build
        fields_ = [cast("Converted", schema.load_fields[name]) for name in members]
        self._plan = tuple((each.key, each.convert, each.load_default) for each in fields_)

    def __call__(self, carrier: Mapping[str, Any]) -> T:
        get = carrier.get
        return self._build(
            *[
                default if (value := get(key)) is None else convert(value)
                for key, convert, default in self._plan
            ]
        )
