"""What a receiver answers: what it calls an order and its lines, and where the order is.

    {"reference": "4711", "number": "SO-4711", "order_number": "O-2026-0001",
     "status": "confirmed", "net": "4999.00", "tax": "1249.75", "total": "6248.75",
     "lines": [{"line_id": "oln_1", "reference": "10", "shipped": "4"}]}

`reference` is demanded of every answer, `order_number` of those to a look-up. Numbers may be texts
or JSON numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from adapters.rest import Answer
from engine.kernel.numbers import decimal
from engine.ports.erp import LineState, OrderDocument, OrderState, Receipt, Stage

_LONGEST = 200
_LONGEST_REASON = 500
_MOST_FIELDS = 50
_STAGES = frozenset(Stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer about one order."""

    reference: str
    order_number: str = ""
    number: str = ""
    stage: Stage = Stage.CONFIRMED
    amounts: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    lines: tuple[tuple[str, LineState], ...] = ()

    def receipt(self, document: OrderDocument) -> Receipt:
        """What the document's order and lines are called."""
        ours = {each.line_id for each in document.lines}
        return Receipt(
            reference=self.reference,
            number=self.number,
            lines={line: each.external_ref for line, each in self.lines if line in ours},
            net=self.amounts.get("net"),
            tax=self.amounts.get("tax"),
            total=self.amounts.get("total"),
        )

    def state(self) -> OrderState:
        """Where the order is."""
        return OrderState(
            reference=self.reference,
            key=self.order_number,
            stage=self.stage,
            number=self.number,
            state=self.stage.value,
            net=self.amounts.get("net"),
            tax=self.amounts.get("tax"),
            total=self.amounts.get("total"),
            lines=tuple(each for _, each in self.lines),
        )


def said(answer: Any) -> Said:  # noqa: ANN401 (whatever the receiver says)
    """An answer about an order, read; ValueError names the member that is no good."""
    if not isinstance(answer, dict):
        raise ValueError("the answer is no object")  # noqa: TRY004 (it comes from outside)
    status = answer.get("status", Stage.CONFIRMED.value)
    if not isinstance(status, str) or status not in _STAGES:
        raise ValueError("status is none of those that are known")
    lines = answer.get("lines", [])
    if not isinstance(lines, list):
        raise ValueError("lines is no list")  # noqa: TRY004 (as above)
    return Said(
        reference=_name(answer, "reference"),
        order_number=_name(answer, "order_number", is_needed=False),
        number=_name(answer, "number", is_needed=False),
        stage=Stage(status),
        amounts={
            name: _number(answer, name)
            for name in ("net", "tax", "total")
            if answer.get(name) is not None
        },
        lines=tuple(_line(each) for each in lines),
    )


def reason(answer: Answer) -> tuple[str, Mapping[str, str]]:
    """Why an order was refused, and what is wrong with which of its members."""
    try:
        told = answer.json()
    except (ValueError, RecursionError):
        return answer.excerpt, {}
    if not isinstance(told, dict):
        return "", {}
    texts = (told.get(each) for each in ("message", "detail", "title"))
    why = next((each for each in texts if isinstance(each, str) and each.strip()), "")
    fields = told.get("fields")
    known = list(fields.items())[:_MOST_FIELDS] if isinstance(fields, dict) else []
    return _plain(why), {_plain(name): _plain(str(each)) for name, each in known}


def _line(line: object) -> tuple[str, LineState]:
    if not isinstance(line, dict):
        raise ValueError("lines holds something else than lines")  # noqa: TRY004 (as above)
    amounts = {
        name: _number(line, name) if line.get(name) is not None else Decimal(0)
        for name in ("shipped", "cancelled")
    }
    name = _name(line, "reference")
    line_id = _name(line, "line_id")
    return line_id, LineState(
        external_ref=name,
        shipped=amounts["shipped"],
        cancelled=amounts["cancelled"],
        line_id=line_id,
    )


def _name(answer: Mapping[str, Any], member: str, *, is_needed: bool = True) -> str:
    value = answer.get(member)
    if value is None and not is_needed:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST:
        raise ValueError(f"{member} is no name")
    if is_needed and not value.strip():
        raise ValueError(f"{member} is empty")
    return value


def _number(answer: Mapping[str, Any], member: str) -> Decimal:
    value = answer.get(member)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(f"{member} is no number")  # noqa: TRY004 (as above)
    return decimal(str(value))


def _plain(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text[:_LONGEST_REASON]).strip()
