"""Agreements and promotions: read, put and deleted one at a time."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from connector.vektra import session
from connector.vektra.reply import Reply
from connector.vektra.writing import cells, writing
from engine.catalog.intake import Kind
from engine.kernel.errors import NotFound
from engine.kernel.period import Period
from engine.pricing.agreement import Agreement, AgreementTerm, Tier
from engine.pricing.promotion import Promotion
from engine.pricing.snapshot import Snapshot
from engine.services import maintaining

Json = dict[str, Any]
T = TypeVar("T", Agreement, Promotion)


def get_agreement(agreement_id: str) -> Json:
    """The newest version of an agreement."""
    return _agreement(_newest(session.snapshot().data.agreements, agreement_id))


def put_agreement(body: Json, agreement_id: str) -> Reply:
    """Make an agreement, or put another in its place."""
    return _put(
        Kind.AGREEMENTS,
        agreement_id,
        body,
        lambda data: _agreement(_newest(data.data.agreements, agreement_id)),
    )


def delete_agreement(agreement_id: str) -> Reply:
    """Forget an agreement."""
    return _delete(Kind.AGREEMENTS, agreement_id)


def get_promotion(promotion_id: str) -> Json:
    """The newest version of a promotion."""
    return _promotion(_newest(session.snapshot().data.promotions, promotion_id))


def put_promotion(body: Json, promotion_id: str) -> Reply:
    """Make a promotion, or put another in its place."""
    return _put(
        Kind.PROMOTIONS,
        promotion_id,
        body,
        lambda data: _promotion(_newest(data.data.promotions, promotion_id)),
    )


def delete_promotion(promotion_id: str) -> Reply:
    """Forget a promotion."""
    return _delete(Kind.PROMOTIONS, promotion_id)


def _newest(rules: tuple[T, ...], rule_id: str) -> T:
    found = [each for each in rules if each.id == rule_id]
    if not found:
        raise NotFound("there is no such rule")
    return max(found, key=lambda each: each.version)


def _put(kind: Kind, rule_id: str, body: Json, read: Callable[[Snapshot], Json]) -> Reply:
    is_new = writing(maintaining.put, kind, cells({**body, "id": rule_id}))
    return Reply(read(session.newest()), HTTPStatus.CREATED if is_new else HTTPStatus.OK)


def _delete(kind: Kind, rule_id: str) -> Reply:
    writing(maintaining.remove, kind, rule_id)
    return Reply(None, HTTPStatus.NO_CONTENT)


def _agreement(each: Agreement) -> Json:
    return {
        "id": each.id,
        "name": each.name,
        "version": each.version,
        "account": each.account,
        "group": each.group,
        "region": each.region,
        **_days(each.validity),
        "stacks": each.stacks,
        "terms": [_term(term) for term in each.terms],
    }


def _term(term: AgreementTerm) -> Json:
    return {
        "kind": term.kind.value,
        "value": term.value,
        "sku": term.sku,
        "category": term.category,
        "currency": None if term.currency is None else term.currency.code,
        "tiers": [_tier(tier) for tier in term.tiers],
        "ladder": term.ladder.value,
    }


def _tier(tier: Tier) -> Json:
    priced = tier.price is not None or tier.flat is not None
    told: Json = {"starts_at": tier.starts_at}
    if priced:
        told |= {"price": tier.price, "flat": tier.flat}
    if tier.percent or not priced:
        told["percent"] = tier.percent
    return told


def _promotion(each: Promotion) -> Json:
    return {
        "id": each.id,
        "name": each.name,
        "version": each.version,
        **_days(each.validity),
        "priority": each.priority,
        "sku": each.goods.sku,
        "family": each.goods.family,
        "category": each.goods.category,
        "account": each.buyers.account,
        "group": each.buyers.group,
        "region": each.buyers.region,
        "price_list": each.price_list,
        "currency": each.currency,
        "code": each.code,
        "benefit": each.benefit.value,
        "value": each.value,
        "stacking": each.stacking.value,
        "min_quantity": each.min_quantity,
        "min_amount": each.min_amount,
        "min_quote_amount": each.min_quote_amount,
    }


def _days(validity: Period) -> Json:
    start, last = validity.start, validity.last_day
    return {
        "valid_from": None if start is None else start.isoformat(),
        "valid_to": None if last is None else last.isoformat(),
    }
