"""Due renewals: who has to be told is told in time, and what renews by itself is renewed."""

from dataclasses import replace
from datetime import date

from engine.contracts.contract import Contract
from engine.contracts.history import ContractEvent
from engine.kernel.errors import Conflict, Invalid
from engine.pricing.snapshot import Snapshot
from engine.services import contracting, settling
from engine.services.renewing import Renew, continued, offer
from engine.store.unit_of_work import UnitOfWork

AUTOMATIC = "automatic renewal"
MOST_AT_ONCE = 100


def due_renewals(uow: UnitOfWork, data: Snapshot, today: date) -> int:
    """Tell of contracts that are about to end, and renew those that do so by themselves.

    Each is told of once. Returns how many were dealt with: a hundred or more, and there may be
    others left.
    """
    count = 0
    while count < MOST_AT_ONCE:  # what is renewed may be due again, where nobody looked for long
        due = uow.contracts.due(today, MOST_AT_ONCE)
        if not due:
            break
        for each in due:
            _dealt_with(uow, data, uow.contracts.get(each.id, lock=True), today)
        count += len(due)
    return count


def _dealt_with(uow: UnitOfWork, data: Snapshot, contract: Contract, today: date) -> None:
    if not contract.is_renewal_told:
        told = replace(contract, is_renewal_told=True, updated_at=uow.clock.now())
        contract = uow.contracts.save(told)
        end = None if contract.end_date is None else contract.end_date.isoformat()
        details = {"end_date": end, "auto_renew": contract.auto_renew}
        contracting.note(uow, today, contract, ContractEvent.RENEWAL_DUE, AUTOMATIC, **details)
    if contract.auto_renew and contract.end_date is not None and contract.end_date <= today:
        _renewed_by_itself(uow, data, contract)


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
