"""The envelope of every answer: the payload under `data`, what belongs to a page beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from connector.encoder import Answer, encode

Json = dict[str, Any]

USUAL = 25
"""Rows of a page where nobody says how many."""

NOTHING = Answer(HTTPStatus.NO_CONTENT, b"")


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, and the path it can be read at."""

    data: object
    location: str


def enveloped(value: object) -> Answer:
    """What a handler gives, as it leaves."""
    if isinstance(value, Answer):
        return value
    if isinstance(value, Made):
        headers = (("location", value.location),)
        return Answer(HTTPStatus.CREATED, encode({"data": value.data}), headers)
    if isinstance(value, Page):
        return Answer(HTTPStatus.OK, encode(value.written()))
    return Answer(HTTPStatus.OK, encode({"data": value}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows `offset` to `offset + len(rows)` of `total`; a page could have `size` of them."""

    rows: Sequence[Json]
    size: int
    offset: int
    total: int

    def written(self) -> Json:
        return {
            "data": list(self.rows),
            "size": len(self.rows),
            "pageSize": self.size,
            "currentPage": self.offset // self.size + 1,
            "offset": self.offset,
            "total": self.total,
            "pages": -(-self.total // self.size),
        }


def listed(labels: Mapping[str, str]) -> Json | list[str]:
    """Labels by id as clients of this API know them: an empty array where there are none."""
    return dict(labels) or []
