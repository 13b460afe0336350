"""Before anything is measured, all servers are asked, and have to answer the same."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import requests

from benchmarks.peers.carriers import Carriers, Json, document

COMPARED = (
    *("SubTotal", "TotalPrice", "EarningAmount", "EarningPercent", "DiscountAmount"),
    *("DiscountPercent", "ERPDiscountAmount", "ERPDiscountPercent", "VAT", "Status"),
    "TotalPriceWithAlternativeDiscount",
)
"""Members of lines and alternatives that have to be the same."""

_PATIENCE = 60
_SAME = Decimal("1e-9")


class DifferentError(Exception):
    """Two servers answered differently, so their costs cannot be compared."""


def ask(address: str, authorization: str, body: bytes) -> Any:  # noqa: ANN401 (JSON)
    """The answer at `address`, numbers exact."""
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    reply = requests.post(address, data=body, headers=headers, timeout=_PATIENCE)
    if not reply.ok:
        raise DifferentError(f"{address} answered {reply.status_code}: {reply.text[:500]}")
    return json.loads(reply.content, parse_float=Decimal, parse_int=Decimal)


def compare(answers: dict[str, Any]) -> None:
    """Raise DifferentError unless all answers, by server, have the same lines and figures."""
    members = Carriers(document()).members("QuoteLineInfo").keys()
    for name, answer in answers.items():
        left_out = {member for line in _lines(answer) for member in members - line.keys()}
        if left_out:
            raise DifferentError(f"{name} left out {sorted(left_out)}")
    (first, known), *others = answers.items()
    for name, answer in others:
        for at, (ours, theirs) in enumerate(zip(_carriers(known), _carriers(answer), strict=True)):
            for member, mine, other in _differences(ours, theirs):
                raise DifferentError(
                    f"carrier {at}, {member}: {first} says {mine}, {name} says {other}"
                )


def _differences(ours: Json, theirs: Json) -> Iterator[tuple[str, object, object]]:
    for member in COMPARED:
        if not _same(ours.get(member), theirs.get(member)):
            yield member, ours.get(member), theirs.get(member)
    steps, other = len(ours.get("ExtraInfo", ())), len(theirs.get("ExtraInfo", ()))
    if steps != other:
        yield "the number of steps explained", steps, other


def _lines(answer: Json) -> Iterable[Json]:
    lines: Iterable[Json] = answer.get("CRMQuoteLines", [answer])
    return lines


def _carriers(answer: Json) -> list[Json]:
    """The lines of an answer and, where there is one, its alternative."""
    head = [answer["CRMAlternative"]] if "CRMAlternative" in answer else []
    return [*_lines(answer), *head]


def _same(ours: object, theirs: object) -> bool:
    if isinstance(ours, Decimal) and isinstance(theirs, Decimal):
        return abs(ours - theirs) < _SAME
    return ours == theirs
