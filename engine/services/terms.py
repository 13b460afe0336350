"""Terms: what is agreed about a contract's renewal is changed, which costs nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from engine.contracts.contract import Contract
from engine.contracts.history import ContractEvent
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.pricing.snapshot import Snapshot
from engine.services import contracting
from engine.store.unit_of_work import UnitOfWork

UPLIFT, AUTO_RENEW = "uplift_percent", "auto_renew"
TERMS = frozenset({UPLIFT, AUTO_RENEW})
"""Attributes that are terms of a contract, and cost nothing by themselves."""
MOST_UPLIFT = Decimal(1_000)
_HUNDRED = Decimal(100)
_TRUTHS = {"true": True, "false": False}

Values = Mapping[str, Decimal | str]


def changed(contract: Contract, values: Values, charge: str | None) -> Contract:
    """The contract under other terms; an uplift may be of one charge alone.

    Invalid names the terms that cannot be so.
    """
    findings = list(_wrong(contract, values, charge))
    if findings:
        raise Invalid("the contract cannot be amended so", findings)
    if AUTO_RENEW in values:
        contract = replace(contract, auto_renew=_TRUTHS[str(values[AUTO_RENEW])])
    if UPLIFT not in values:
        return contract
    uplift = Decimal(values[UPLIFT])
    if charge is None:
        return replace(contract, uplift_percent=uplift)
    items = (
        replace(each, uplift_percent=uplift) if each.charge.id == charge else each
        for each in contract.items
    )
    return replace(contract, items=tuple(items))


def keep(uow: UnitOfWork, data: Snapshot, contract: Contract, values: Values, by: str) -> Contract:
    """Keep a contract under its new terms."""
    saved = uow.contracts.save(replace(contract, updated_at=uow.clock.now()))
    told = {name: str(value) for name, value in values.items()}
    contracting.note(uow, data.today(uow.clock), saved, ContractEvent.AMENDED, by, changes=told)
    return saved


def _wrong(contract: Contract, values: Values, charge: str | None) -> Iterator[Finding]:
    for name in sorted(set(values) - TERMS):
        yield Finding(Severity.ERROR, "not_with_terms", {"name": name}, f"changes/{name}")
    if charge is not None and charge not in {each.id for each in contract.charges}:
        yield Finding(Severity.ERROR, "unknown_charge", where="charge_id")
    if UPLIFT in values and not _is_uplift(values[UPLIFT]):
        yield Finding(Severity.ERROR, "uplift_out_of_range", where=f"changes/{UPLIFT}")
    if AUTO_RENEW in values:
        if str(values[AUTO_RENEW]) not in _TRUTHS:
            yield Finding(Severity.ERROR, "not_a_truth", where=f"changes/{AUTO_RENEW}")
        elif contract.end_date is None:
            yield Finding(Severity.ERROR, "contract_without_end", where=f"changes/{AUTO_RENEW}")


def _is_uplift(value: Decimal | str) -> bool:
    try:
        return -_HUNDRED < Decimal(value) <= MOST_UPLIFT
    except InvalidOperation:
        return False
