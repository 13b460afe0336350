"""Handovers: the part of an order that a system has, as that system tells of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

import msgspec

from engine.ports.erp import OrderDocument, OrderedLine, Receipt, Stage
from engine.pricing.rounding import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A system's part of an order.

    `reference` and `number` are what it is called there, `lines` its lines' names by our ids.
    `net` is what it was sold for, `net_there`, `tax_there` and `total_there` what the system
    makes of it; `difference` is how far they are apart, None where that is not known. It is
    `is_open` as long as anything may still happen to it there. `units` are how many of each line
    it was handed, and `content` tells one version of what it was handed from another. It has them
    since `altered_at`, where that was later than it was handed over.
    """

    order_id: str
    system: str
    reference: str
    handed_at: datetime
    read_at: datetime
    net: Decimal
    number: str = ""
    lines: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    stage: Stage = Stage.DRAFT
    state: str = ""
    net_there: Decimal | None = None
    tax_there: Decimal | None = None
    total_there: Decimal | None = None
    difference: Decimal | None = None
    is_open: bool = True
    units: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    content: str = ""
    altered_at: datetime | None = None


UNKNOWN = ""
"""The content of what a system has while nobody knows: it was asked to change it."""


def handover_of(document: OrderDocument, receipt: Receipt, stage: Stage, now: datetime) -> Handover:
    """What was just handed over."""
    net = document.net
    return Handover(
        order_id=document.order_id,
        system=document.system,
        reference=receipt.reference,
        number=receipt.number,
        lines=receipt.lines,
        handed_at=now,
        read_at=now,
        net=net,
        stage=stage,
        net_there=receipt.net,
        tax_there=receipt.tax,
        total_there=receipt.total,
        difference=difference(net, receipt.net),
        units=units_of(document),
        content=content_of(document),
    )


def units_of(document: OrderDocument) -> Mapping[str, Decimal]:
    """How many units of each line a system is handed."""
    return {each.line_id: each.quantity for each in document.lines}


def content_of(document: OrderDocument) -> str:
    """What tells the lines of a document from any others."""
    return hashlib.sha256(_encode([_told(each) for each in document.lines])).hexdigest()


def _told(line: OrderedLine) -> list[object]:
    configuration = sorted(line.configuration.items())
    amounts = plain(line.quantity), plain(line.net)
    return [line.line_id, line.sku, *amounts, configuration, line.requested_date]


def difference(ours: Decimal, theirs: Decimal | None) -> Decimal | None:
    """How much more it comes to there than it was sold for."""
    return None if theirs is None else theirs - ours


_encode = msgspec.json.Encoder(decimal_format="string").encode
