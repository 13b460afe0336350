"""Plays cases: one small adapter per kind, and one way to compare what it gives."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from engine.pricing.rounding import decimals
from tests.oracles import billed, prices, taxes, time
from tests.oracles.reading import Case, Json, Seen

KINDS: Mapping[str, Callable[[Case], Seen]] = {
    "allocate": prices.allocated,
    "billing_cycles": billed.billing_cycles,
    "billing_schedule": billed.billing_schedule,
    "block_overage": prices.block_overage,
    "block_tiers": prices.block_tiers,
    "commitment": time.commitment,
    "cumulative_graduated": prices.cumulative_graduated,
    "date_arith": time.date_arith,
    "day_count": time.day_count,
    "forecast": prices.forecasts,
    "line_margin": prices.line_margin,
    "margin": prices.margin,
    "money_round": prices.money_round,
    "order_tax": taxes.order_tax,
    "package": prices.package,
    "percentage_charge": prices.percentage_charge,
    "plan_change": time.plan_change,
    "price_list": prices.price_list,
    "proration_amount": time.proration_amount,
    "proration_factor": time.proration_factor,
    "renewal_total": billed.renewal_total,
    "rule_select": prices.rule_select,
    "scale_boundary": prices.scale_boundary,
    "stack": prices.stack,
    "tax": taxes.tax,
    "termination_credit": time.termination_credit,
    "tier": prices.tier,
    "uom": prices.uom,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A case whose answer differs: for each member, what was seen and what was wanted."""

    id: str
    kind: str
    why: str


def read(path: Path) -> list[Json]:
    """The cases of a file."""
    cases: list[Json] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return cases


def play(cases: list[Json]) -> Iterator[Failure]:
    """The failures among the cases."""
    for case in cases:
        why = failure(case)
        if why is not None:
            yield Failure(str(case.get("id")), str(case.get("kind")), why)


def failure(case: Json) -> str | None:
    """Why a case fails; None when it holds."""
    adapter = KINDS.get(case["kind"])
    if adapter is None:
        return f"there is no such kind as {case['kind']}"
    try:
        seen = adapter(Case(case["inputs"], case.get("policy") or {}))
    except Exception as error:  # noqa: BLE001 (whatever it is, the case fails and the next is played)
        return f"{type(error).__name__}: {error}"
    tolerance = case.get("tolerance") or {}
    differing = [
        f"{name}: seen {seen.get(name)}, wanted {wanted}"
        for name, wanted in case["expected"].items()
        if not _agree(seen.get(name), wanted, tolerance.get(name))
    ]
    return "; ".join(differing) or None


def _agree(seen: Any, wanted: Any, tolerance: object) -> bool:  # noqa: ANN401 (JSON values)
    """Whether they are the same number to the decimals that were published, or the same text."""
    if isinstance(wanted, list):
        return (
            isinstance(seen, list)
            and len(seen) == len(wanted)
            and all(_agree(one, other, tolerance) for one, other in zip(seen, wanted, strict=True))
        )
    try:
        published = Decimal(str(wanted))
    except InvalidOperation:
        return bool(seen == wanted)
    if not isinstance(seen, Decimal | int):
        return False
    exact = Decimal(seen)
    if tolerance is not None:
        return abs(exact - published) <= Decimal(str(tolerance))
    places = -int(published.as_tuple().exponent)
    return (decimals(exact, places) if places > 0 else exact) == published
