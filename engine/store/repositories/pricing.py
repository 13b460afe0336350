"""Agreements and ladders, to rows and back. Their terms and tiers are replaced with them."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table, bindparam, delete, insert

from engine.kernel.currency import currency
from engine.kernel.period import Period
from engine.pricing.agreement import Agreement, AgreementTerm, Ladder, TermKind, Tier
from engine.store.repositories.mapper import Values, put, rows
from engine.store.tables import pricing as tables
from engine.store.tables.row import table

_AGREEMENTS = table(tables.AgreementRow)
_TERMS = table(tables.AgreementTermRow)
_LADDERS = table(tables.LadderRow)
_TIERS = table(tables.TierRow)

Part = TypeVar("Part")


def put_agreements(connection: Connection, tenant_id: str, agreements: Iterable[Agreement]) -> None:
    """Insert or update agreements, each with its terms."""
    by_id = {agreement.id: agreement for agreement in agreements}
    put(connection, _AGREEMENTS, tenant_id, map(_agreement_values, by_id.values()))
    terms = {id: list(map(_term_values, agreement.terms)) for id, agreement in by_id.items()}
    _replace(connection, _TERMS, tenant_id, terms)


def put_ladders(connection: Connection, tenant_id: str, ladders: Iterable[Ladder]) -> None:
    """Insert or update ladders, each with its tiers."""
    by_id = {ladder.id: ladder for ladder in ladders}
    put(connection, _LADDERS, tenant_id, map(_ladder_values, by_id.values()))
    tiers = {id: list(map(_tier_values, ladder.tiers)) for id, ladder in by_id.items()}
    _replace(connection, _TIERS, tenant_id, tiers)


def all_agreements(connection: Connection, tenant_id: str) -> tuple[Agreement, ...]:
    """Every agreement of the tenant, in the order of import."""
    terms = _parts(connection, _TERMS, tenant_id, _term)
    return tuple(
        Agreement(
            id=row.id,
            account=row.account,
            name=row.name,
            terms=tuple(terms.get(row.id, ())),
            version=row.version,
            validity=Period(row.starts_on, row.ends_before),
        )
        for row in rows(connection, _AGREEMENTS, tenant_id)
    )


def all_ladders(connection: Connection, tenant_id: str) -> tuple[Ladder, ...]:
    """Every ladder of the tenant, in the order of import."""
    tiers = _parts(connection, _TIERS, tenant_id, _tier)
    return tuple(
        Ladder(
            id=row.id,
            name=row.name,
            sku=row.sku,
            tiers=tuple(tiers.get(row.id, ())),
            price_list=row.price_list,
            version=row.version,
            validity=Period(row.starts_on, row.ends_before),
        )
        for row in rows(connection, _LADDERS, tenant_id)
    )


def _owner(parts: Table) -> str:
    """Terms and tiers are keyed by tenant, owner and position; this is the owner's column."""
    return list(parts.primary_key.columns)[1].name


def _replace(
    connection: Connection, parts: Table, tenant_id: str, by_owner: dict[str, list[Values]]
) -> None:
    """Put `by_owner` in the place of all that its owners had."""
    if not by_owner:
        return
    owner = _owner(parts)
    old = delete(parts).where(
        parts.c.tenant_id == tenant_id, parts.c[owner] == bindparam("the_owner")
    )
    connection.execute(old, [{"the_owner": id} for id in by_owner])
    new = [
        {"tenant_id": tenant_id, owner: id, "position": position, **each}
        for id, values in by_owner.items()
        for position, each in enumerate(values)
    ]
    if new:
        connection.execute(insert(parts), new)


def _parts(
    connection: Connection, parts: Table, tenant_id: str, noun: Callable[[Row[Any]], Part]
) -> dict[str, list[Part]]:
    """The tenant's terms or tiers, in their order, by owner."""
    found: dict[str, list[Part]] = {}
    owner = _owner(parts)
    for row in rows(connection, parts, tenant_id):
        found.setdefault(getattr(row, owner), []).append(noun(row))
    return found


def _agreement_values(noun: Agreement) -> Values:
    return {
        "id": noun.id,
        "account": noun.account,
        "name": noun.name,
        "version": noun.version,
        "starts_on": noun.validity.start,
        "ends_before": noun.validity.end,
    }


def _term_values(noun: AgreementTerm) -> Values:
    return {
        "kind": noun.kind.value,
        "value": noun.value,
        "sku": noun.sku,
        "category": noun.category,
        "currency": None if noun.currency is None else noun.currency.code,
    }


def _term(row: Row[Any]) -> AgreementTerm:
    return AgreementTerm(
        kind=TermKind(row.kind),
        value=row.value,
        sku=row.sku,
        category=row.category,
        currency=None if row.currency is None else currency(row.currency),
    )


def _ladder_values(noun: Ladder) -> Values:
    return {
        "id": noun.id,
        "name": noun.name,
        "sku": noun.sku,
        "price_list": noun.price_list,
        "version": noun.version,
        "starts_on": noun.validity.start,
        "ends_before": noun.validity.end,
    }


def _tier_values(noun: Tier) -> Values:
    return {"starts_at": noun.starts_at, "percent": noun.percent}


def _tier(row: Row[Any]) -> Tier:
    return Tier(row.starts_at, row.percent)
