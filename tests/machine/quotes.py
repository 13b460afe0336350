"""What quotes are expected to be: a table of what may be done to them, and plain sums."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal as D

TABLE: dict[str, dict[str, str]] = {
    "draft": {"submit": "approved", "decline": "declined", "reprice": "draft", "edit": "draft"},
    "in_approval": {
        "approve": "approved",
        "reject": "draft",
        "decline": "declined",
        "revise": "draft",
    },
    "approved": {"send": "sent", "accept": "accepted", "decline": "declined", "revise": "draft"},
    "sent": {"hold": "on_hold", "accept": "accepted", "decline": "declined", "revise": "draft"},
    "on_hold": {"resume": "sent", "decline": "declined", "revise": "draft"},
    "expired": {"revise": "draft"},
    "declined": {"revise": "draft"},
    "accepted": {"order": "ordered", "bill": "accepted"},
    "ordered": {"order": "ordered", "bill": "ordered"},
}
"""Where each act leads from each status; what is not here is refused and changes nothing."""
for _offered in ("approved", "sent", "on_hold", "expired", "draft"):
    TABLE[_offered]["extend"] = _offered
for _any in TABLE.values():
    _any["clone"] = ""

ACTS = tuple(dict.fromkeys(act for row in TABLE.values() for act in row))
LOCKED = frozenset({"edit", "reprice", "extend"})
"""What changes a quote's content; it is refused in other words."""
PLAIN = tuple(each for each in ACTS if each not in {"edit", "extend", "clone", "order", "bill"})
"""Acts that are called by their name."""

EVENTS: dict[str, tuple[str, ...]] = {
    "submit": ("quote.approval_requested",),
    "approve": ("quote.approved",),
    "reject": ("quote.approval_rejected",),
    "send": ("quote.sent",),
    "hold": ("quote.held",),
    "resume": ("quote.resumed",),
    "accept": ("quote.accepted",),
    "decline": ("quote.declined",),
    "revise": ("quote.superseded", "quote.revised"),
    "reprice": ("quote.repriced",),
    "extend": ("quote.priced",),
}

HOSE, CARE = "VX-HOS-50", "CARE-PLUS"
PRICE = {HOSE: D("19.20"), CARE: D(165) * 12}
"""What a unit costs ACME in dollars: a metre of hose, and twelve months of care."""
OFFS = (0, 0, 0, 25, 30)
"""Discounts in percent; above 20 somebody has to agree."""
_FREE = 20
WITH_CUSTOMER = frozenset({"approved", "sent", "on_hold"})


@dataclass
class SoldLine:
    """A line of a quote."""

    id: str
    sku: str
    quantity: int
    off: int
    told: D | None = None
    """what it comes to where a contract says so"""

    @property
    def net(self) -> D:
        if self.told is not None:
            return self.told
        return PRICE[self.sku] * self.quantity * (100 - self.off) / 100


@dataclass
class Offer:
    """A quote as it should be. `agreed` is the discount that somebody has agreed to."""

    id: str
    lines: list[SoldLine]
    valid_until: date | None = None
    kept: str = "draft"
    version: int = 1
    agreed: int = _FREE
    events: list[str] = field(default_factory=lambda: ["quote.created"])
    is_of_contract: bool = False
    """whether it was made to renew a contract; such a quote is not edited here"""
    is_settlement: bool = False
    """whether it was made to end one, and was ordered at once"""
    open_approval: bool = False
    """where it was made of a contract, whether somebody has to agree"""

    def is_over(self, today: date) -> bool:
        return self.valid_until is not None and self.valid_until < today

    def status(self, today: date) -> str:
        return "expired" if self.is_over(today) and self.kept in WITH_CUSTOMER else self.kept

    @property
    def net(self) -> D:
        return sum((each.net for each in self.lines), D(0))

    @property
    def needs_approval(self) -> bool:
        return self.open_approval or any(each.off > self.agreed for each in self.lines)

    def allows(self, act: str, today: date) -> bool:
        return act in TABLE[self.status(today)]

    def refusal(self, act: str) -> str:
        """The code with which an act is refused."""
        return "quote_locked" if act in LOCKED else "illegal_transition"

    def do(self, act: str, today: date, told_until: date | None = None) -> None:
        """The act was done; of what was over before `told_until`, nobody else will tell."""
        target = TABLE[self.status(today)][act]
        if act == "submit" and self.needs_approval:
            target = "in_approval"
        if act == "approve":
            self.agreed = max([self.agreed, *(each.off for each in self.lines)])
            self.open_approval = False
        if act == "revise":
            self.version += 1
            if self.is_over(today):
                self.valid_until = None
        was_over = self.status(today) == "expired"
        if act != "extend":
            self.kept = target
        self.events += EVENTS.get(act, ())
        is_over = not was_over and self.status(today) == "expired"
        if is_over and (told_until is None or self.is_over(told_until)):
            self.events.append("quote.expired")
