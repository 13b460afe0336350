"""Due renewals: who has to be told is told in time, and what renews by itself is renewed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from engine.contracts.contract import Contract
from engine.contracts.history import ContractEvent
from engine.kernel.errors import Conflict, EngineError, Invalid
from engine.pricing.snapshot import Snapshot
from engine.services import contracting, settling
from engine.services.renewing import Renew, continued, offer
from engine.store.unit_of_work import Reading, UnitOfWork

AUTOMATIC = "automatic renewal"


def due_renewals(reading: Reading, today: date, most: int) -> Sequence[str]:
    """At most `most` contracts that are about to end, or that renew by themselves by `today`.

    What is renewed may be due again, where nobody looked for long.
    """
    return reading.contracts.due(today, most)


def deal_with(uow: UnitOfWork, data: Snapshot, contract_id: str, today: date) -> bool:
    """Tell of one of them, once, and renew it where it does so by itself.

    Whether anything was left to do.
    """
    contract = uow.contracts.get(contract_id, lock=True)
    if not _is_due(contract, today):
        return False
    if not contract.is_renewal_told:
        told = replace(contract, is_renewal_told=True, updated_at=uow.clock.now())
        contract = uow.contracts.save(told)
        end = None if contract.end_date is None else contract.end_date.isoformat()
        details = {"end_date": end, "auto_renew": contract.auto_renew}
        contracting.note(uow, today, contract, ContractEvent.RENEWAL_DUE, AUTOMATIC, **details)
    if contract.auto_renew and contract.end_date is not None and contract.end_date <= today:
        _renewed_by_itself(uow, data, contract)
    return True


def not_dealt_with(uow: UnitOfWork, contract_id: str, today: date, error: Exception) -> None:
    """Tell that one of them failed in a way nobody foresaw, once for each end that it has.

    It is still due: once what fails is repaired, it renews.
    """
    contract = uow.contracts.get(contract_id, lock=True)
    end = None if contract.end_date is None else contract.end_date.isoformat()
    told = (each.details for each in uow.contracts.history(contract_id) if each.by == AUTOMATIC)
    is_told = any("reason" in each and each.get("end_date") == end for each in told)
    if is_told or not _is_due(contract, today):
        return
    reason = error.detail if isinstance(error, EngineError) else type(error).__name__
    details = {"end_date": end, "auto_renew": contract.auto_renew, "reason": reason}
    contracting.note(uow, today, contract, ContractEvent.RENEWAL_DUE, AUTOMATIC, **details)


def _is_due(contract: Contract, today: date) -> bool:
    return contract.told_on is not None and contract.told_on <= today


def _renewed_by_itself(uow: UnitOfWork, data: Snapshot, contract: Contract) -> None:
    """Ordered as it would be offered; what cannot be renewed so ends, and says why."""
    command = Renew(contract_id=contract.id, by=AUTOMATIC)
    try:
        found = continued(uow, data, [contract], command)
        quote, plan = offer(uow, data, [contract], found, command)
    except (Invalid, Conflict) as error:
        stopped = replace(contract, auto_renew=False, updated_at=uow.clock.now())
        saved = uow.contracts.save(stopped)
        today = data.today(uow.clock)
        contracting.note(
            uow,
            today,
            saved,
            ContractEvent.RENEWAL_DUE,
            AUTOMATIC,
            auto_renew=False,
            reason=error.detail,
        )
        return
    settling.ordered(uow, data, quote, replace(plan, is_automatic=True))
