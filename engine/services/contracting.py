"""Contracting: what recurs of an order becomes contracts, or changes those there are.

A quote that was made by renewing or amending carries a plan; ordering it carries that out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.catalog.service_policy import ServicePolicy, chosen_policy
from engine.contracts.carrying import agreed, kept, unplanned
from engine.contracts.contract import Contract, ContractSearch, Item, committed, guard, status_on
from engine.contracts.history import ContractEntry, ContractEvent
from engine.contracts.instruction import Action
from engine.contracts.opening import Term, items_of, terms_of
from engine.contracts.plan import Plan
from engine.events.types import EventType
from engine.kernel.currency import Currency, currency
from engine.kernel.errors import IllegalTransition, Invalid, StaleRevision
from engine.kernel.finding import Finding, Severity
from engine.pricing.rounding import Rounding
from engine.pricing.snapshot import Snapshot
from engine.quotes.version import QuoteTerms
from engine.services.drafting import Quoted
from engine.store.unit_of_work import Reading, UnitOfWork

_ORDERING = "order"
_USUAL_DIGITS = 2
_EVENTS = {
    ContractEvent.CREATED: EventType.SERVICE_CREATED,
    ContractEvent.AMENDED: EventType.SERVICE_AMENDED,
    ContractEvent.RENEWAL_DUE: EventType.SERVICE_RENEWAL_DUE,
    ContractEvent.RENEWED: EventType.SERVICE_RENEWED,
    ContractEvent.TERMINATED: EventType.SERVICE_TERMINATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a contract comes from: what it was sold under, by whom, and what it goes on from."""

    terms: QuoteTerms
    by: str
    quote_id: str | None = None
    order_id: str | None = None
    renews: tuple[str, ...] = ()


def open_contracts(
    uow: UnitOfWork, data: Snapshot, order_id: str, quote: Quoted, requested_date: date | None
) -> tuple[Contract, ...]:
    """The contracts that ordering `quote` makes or changes; none where nothing recurs.

    Lines that run for the same term become one contract. Terms begin on the line's first day,
    else on the requested one, else today.
    """
    plan = uow.contracts.planned(quote.quote.id)
    if plan is not None:
        contracts = carried_out(uow, data, order_id, quote, plan)
    else:
        starts = first_day(plan, requested_date, data.today(uow.clock))
        policy = policy_for(data, quote.version.terms.account, starts)
        source = Source(
            terms=quote.version.terms,
            by=_ORDERING,
            quote_id=quote.quote.id,
            order_id=order_id,
        )
        lines = quote.version.offered.lines
        items = items_of(lines, starts, policy, rounding_of(quote.version.terms))
        contracts = tuple(
            opened(uow, data, source, term, policy) for term in terms_of(items, policy)
        )
    for each in contracts:
        uow.contracts.link(order_id, each.id)
    return contracts


def first_day(plan: Plan | None, requested_date: date | None, ordered_on: date) -> date:
    """The first day of what is served and names none, as it is ordered."""
    return (requested_date or ordered_on) if plan is None else plan.on


def opened(
    uow: UnitOfWork, data: Snapshot, source: Source, term: Term, policy: ServicePolicy
) -> Contract:
    """A new contract for a term of what was sold."""
    now, terms = uow.clock.now(), source.terms
    rounding = rounding_of(terms)
    value = sum((each.charge.total for each in term.items if each.recurs), Decimal(0))
    contract = Contract(
        id=uow.ids.new("ctr"),
        number=f"C-{now.year}-{uow.numbers.next(f'contract-{now.year}'):06d}",
        account=terms.account,
        currency=terms.currency,
        start_date=term.start,
        end_date=term.end,
        term_months=term.months,
        policy=policy,
        items=term.items,
        created_at=now,
        updated_at=now,
        auto_renew=policy.auto_renew and term.end is not None,
        commitment=committed(value, policy, rounding),
        first_value=value,
        price_list=terms.price_list or None,
        priced_on=terms.on,
        rules=terms.revision,
        quote_id=source.quote_id,
        order_id=source.order_id,
        renews=source.renews,
    )
    uow.contracts.add(contract)
    details = {"order": source.order_id} if source.order_id else {}
    note(uow, data.today(uow.clock), contract, ContractEvent.CREATED, source.by, **details)
    return contract


def get(reading: Reading, contract_id: str) -> Contract:
    """A contract. NotFound where there is none."""
    return reading.contracts.get(contract_id)


def history(reading: Reading, contract_id: str) -> tuple[ContractEntry, ...]:
    """What happened to a contract, in order. NotFound where there is none."""
    return reading.contracts.history(reading.contracts.get(contract_id).id)


def search(
    reading: Reading, wanted: ContractSearch, limit: int, before: str | None = None
) -> list[Contract]:
    """At most `limit` contracts, the newest first, older than `before`.

    Invalid where `before` names no contract of the tenant.
    """
    if before is not None and not reading.contracts.exists(before):
        raise Invalid("no such page", [Finding(Severity.ERROR, "unknown_cursor", where="cursor")])
    return reading.contracts.search(wanted, limit, before)


def taken(uow: UnitOfWork, data: Snapshot, contract_id: str, revision: int | None) -> Contract:
    """The contract that is about to be written, locked until the transaction ends.

    StaleRevision where the caller has seen an older one; IllegalTransition where nothing can be
    done with it any more.
    """
    return _checked(uow, data, uow.contracts.get(contract_id, lock=True), revision)


def seen(
    reading: Reading, data: Snapshot, contract_id: str, revision: int | None = None
) -> Contract:
    """As `taken`, where nothing is going to be written."""
    return _checked(reading, data, reading.contracts.get(contract_id), revision)


def _checked(
    reading: Reading, data: Snapshot, contract: Contract, revision: int | None
) -> Contract:
    if revision not in {None, contract.revision}:
        raise StaleRevision(f"contract {contract.number} was changed by somebody else")
    guard(contract, data.today(reading.clock))
    return contract


def policy_for(data: Snapshot, account: str | None, on: date) -> ServicePolicy:
    """The terms that contracts of an account are made under on a day."""
    known = data.accounts.get(account) if account else None
    return chosen_policy(data.data.service_policies, account, known.group if known else None, on)


def rounding_of(terms: QuoteTerms) -> Rounding:
    """How amounts are rounded of what was sold under these terms."""
    return Rounding.of(money_of(terms.currency), terms.policy)


def rounding_for(data: Snapshot, contract: Contract) -> Rounding:
    """How amounts of a contract are rounded."""
    return Rounding.of(money_of(contract.currency), data.settings.pricing)


def money_of(code: str) -> Currency:
    """A currency nobody knows has two decimals, as most have."""
    try:
        return currency(code)
    except ValueError:
        return Currency(code, _USUAL_DIGITS)


def note(
    uow: UnitOfWork,
    today: date,
    contract: Contract,
    what: ContractEvent,
    by: str,
    **details: object,
) -> None:
    """Add to the contract's history, and tell those who listen."""
    entry = ContractEntry(at=uow.clock.now(), by=by, what=what, details=details)
    uow.contracts.note(contract.id, entry)
    status = status_on(contract, today)
    told = {"number": contract.number, "status": status.value, "by": by, **details}
    uow.emit(_EVENTS[what], contract.id, told)


def with_items(contract: Contract, items: Iterable[Item], rounding: Rounding) -> Contract:
    """The contract with other items, committed to what they come to."""
    changed = replace(contract, items=tuple(items))
    return replace(changed, commitment=committed(changed.value, changed.policy, rounding))


def carried_out(
    uow: UnitOfWork, data: Snapshot, order_id: str, quote: Quoted, plan: Plan
) -> tuple[Contract, ...]:
    """What was planned when the quote was made, done now that it is ordered.

    IllegalTransition where a contract can no longer be changed so.
    """
    today = data.today(uow.clock)
    olds = [uow.contracts.get(each, lock=True) for each in sorted(plan.contracts)]
    for old in olds:
        _guard(old, plan, quote.version.terms, today)
    lines, rounding = quote.version.offered.lines, rounding_of(quote.version.terms)
    begun = agreed(plan, lines, rounding)
    if plan.action is Action.RENEW:
        return (_renewed(uow, data, order_id, quote, plan, olds, begun),)
    [old] = olds
    more = items_of(unplanned(plan, lines), plan.on, old.policy, rounding)
    items = (*kept(old, plan, begun), *begun, *_co_termed(more, old))
    changed = replace(with_items(old, items, rounding), updated_at=uow.clock.now())
    if plan.action is Action.AMEND:
        saved = uow.contracts.save(changed)
        note(uow, today, saved, ContractEvent.AMENDED, plan.by, **_details(order_id, plan))
        return (saved,)
    ended = replace(changed, noticed_on=today, terminated_on=plan.on, reason=plan.reason)
    saved = uow.contracts.save(ended)
    details = _details(order_id, plan) | {"reason": plan.reason}
    note(uow, today, saved, ContractEvent.TERMINATED, plan.by, **details)
    return (saved,)


def _renewed(  # noqa: PLR0913, PLR0917 (a renewal is made of these)
    uow: UnitOfWork,
    data: Snapshot,
    order_id: str,
    quote: Quoted,
    plan: Plan,
    olds: Sequence[Contract],
    begun: tuple[Item, ...],
) -> Contract:
    """The contract that goes on from `olds`, which are renewed by it."""
    today, rounding = data.today(uow.clock), rounding_of(quote.version.terms)
    policy = policy_for(data, quote.version.terms.account, plan.on)
    more = items_of(unplanned(plan, quote.version.offered.lines), plan.on, policy, rounding)
    term = Term(start=plan.on, end=plan.end, months=plan.term_months, items=(*begun, *more))
    source = Source(
        terms=quote.version.terms,
        by=plan.by,
        quote_id=quote.quote.id,
        order_id=order_id,
        renews=plan.contracts,
    )
    new = opened(uow, data, source, term, policy)
    for old in olds:
        items = kept(old, plan, begun)
        changed = replace(
            with_items(old, items, rounding), renewed_by=new.id, updated_at=uow.clock.now()
        )
        saved = uow.contracts.save(changed)
        details = _details(order_id, plan) | {"renewed_by": new.id}
        note(uow, today, saved, ContractEvent.RENEWED, plan.by, **details)
    return new


def _guard(old: Contract, plan: Plan, terms: QuoteTerms, today: date) -> None:
    """A contract that renews by itself does so on its last day or later."""
    if (old.account, old.currency) != (terms.account, terms.currency):
        raise IllegalTransition(f"contract {old.number} has another account or currency")
    is_over = old.end_date is not None and today >= old.end_date
    guard(old, old.start_date if plan.action is Action.RENEW and is_over else today)


def _co_termed(items: Sequence[Item], old: Contract) -> tuple[Item, ...]:
    """Items that were added end with the contract, if not before."""
    end = old.end_date
    return tuple(
        replace(each, charge=replace(each.charge, end_date=end))
        if end is None or (each.charge.end_date or end) > end
        else each
        for each in items
    )


def _details(order_id: str, plan: Plan) -> dict[str, object]:
    return {"order": order_id, "effective_date": plan.on.isoformat()}
