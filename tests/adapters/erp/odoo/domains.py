"""Searching records by domains, which are written operator first."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "in": lambda one, many: one in many,
    "=like": lambda one, pattern: _is_like(one, pattern),  # noqa: PLW0108 (it stands below)
    "child_of": operator.eq,
}


def matches(record: Record, domain: list[Any]) -> bool:
    """Whether a record is in the domain; ValueError for one that is not well written."""
    terms = iter(domain)
    results = [_one(record, term, terms) for term in terms]
    return all(results)


def _one(record: Record, term: Any, rest: Iterator[Any]) -> bool:  # noqa: ANN401 (an operator or a list)
    if term in {"&", "|"} if isinstance(term, str) else False:
        left = _one(record, next(rest), rest)
        right = _one(record, next(rest), rest)
        return (left and right) if term == "&" else (left or right)
    if not isinstance(term, list) or len(term) != 3:
        raise ValueError(f"Invalid leaf {term}")
    name, compare, value = term
    if compare not in _COMPARE:
        raise ValueError(f"Invalid operator {compare}")
    known = _value(record, name)
    if compare == "child_of":
        return value in {record["id"], record.get("parent_id")}
    if known is False and compare in {">", ">=", "<"}:
        return False
    return _COMPARE[compare](known, value)


def _value(record: Record, name: str) -> Any:  # noqa: ANN401 (whatever the field holds)
    first, _, rest = name.partition(".")
    if first not in record:
        raise ValueError(f"Invalid field {name}")
    found = record[first]
    if rest and rest != "name":
        raise ValueError(f"Invalid field {name}")
    if isinstance(found, tuple):
        return found[1] if rest else found[0]
    return found


def _is_like(value: object, pattern: str) -> bool:
    wanted = re.escape(pattern).replace("%", ".*")
    return isinstance(value, str) and re.fullmatch(wanted, value) is not None
