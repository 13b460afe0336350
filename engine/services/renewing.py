"""Renewing: a contract, or several as one, go on for another term.

What that comes to is offered as a quote; ordering it makes the new contract.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.catalog.service_policy import RenewalPrice
from engine.contracts.carrying import seen
from engine.contracts.contract import Contract, Item, term_end
from engine.contracts.instruction import Action, Instruction
from engine.contracts.opening import months_between
from engine.contracts.plan import Ending, Plan, Starting
from engine.contracts.renewal import (
    Continuation,
    CoTerm,
    Span,
    continuation,
    method_of,
    spans,
    uplift_of,
    uplifted,
)
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.pricing.line import Ask
from engine.pricing.rounding import EXACT
from engine.pricing.snapshot import Snapshot
from engine.services import contracting, drafting
from engine.services.drafting import NewQuote, Quoted
from engine.services.offering import Offering, Pricing, offered, priced
from engine.services.pricing import MOST_MONTHS
from engine.services.terms import MOST_UPLIFT
from engine.store.unit_of_work import Reading, UnitOfWork

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew:
    """Offer another term of a contract, merged with those called `others`.

    The term is `months`, else as long as it was; it begins where the old one ends, or on
    `effective`, which may be earlier. Merged contracts end together `until` a day, or when the
    first or the last of them would. `uplift` is in percent.
    """

    contract_id: str
    by: str
    months: Decimal | None = None
    uplift: Decimal | None = None
    effective: date | None = None
    others: tuple[str, ...] = ()
    until: CoTerm | date = CoTerm.LATEST
    reason: str = ""
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What a renewal comes to, and the quote that offers it."""

    contract: Contract
    instructions: tuple[Instruction, ...]
    quote: Quoted | None = None
    applied: bool = False


def renew(uow: UnitOfWork, data: Snapshot, command: Renew) -> Renewed:
    """Offer the renewal. Invalid names what about it is not possible."""
    names = sorted({command.contract_id, *command.others})
    locked = {each: contracting.taken(uow, data, each, None) for each in names}
    contract = contracting.taken(uow, data, command.contract_id, command.revision)
    contracts = [contract, *(locked[each] for each in command.others)]
    found = continued(uow, data, contracts, command)
    quote, _ = offer(uow, data, contracts, found, command)
    return Renewed(contract=contract, instructions=_instructions(found), quote=quote, applied=True)


def preview(reading: Reading, data: Snapshot, command: Renew) -> Renewed:
    """What `renew` would offer; nothing is written."""
    contract = contracting.seen(reading, data, command.contract_id, command.revision)
    others = (contracting.seen(reading, data, each) for each in command.others)
    found = continued(reading, data, [contract, *others], command)
    offered(contract, [_now(reading, data)], _offerings(found, command))
    return Renewed(contract=contract, instructions=_instructions(found))


def continued(
    reading: Reading, data: Snapshot, contracts: Sequence[Contract], command: Renew
) -> list[Continuation]:
    """Every charge as it goes on. Invalid where the contracts cannot go on so."""
    _check(contracts, command, data.today(reading.clock))
    found = []
    for span in spans(contracts, command.effective, command.months, command.until):
        if not span.start < span.end <= term_end(span.start, MOST_MONTHS):
            raise Invalid(
                "the contract cannot be renewed so", [_error("term_out_of_range", _term(command))]
            )
        old = span.contract
        policy = contracting.policy_for(data, old.account, span.start)
        rounding = contracting.rounding_for(data, old)
        found += [
            continuation(
                span,
                item,
                _price(data, data.today(reading.clock), span, item, command),
                policy,
                rounding,
                charge_id=reading.ids.new("chg"),
            )
            for item in _going_on(span)
        ]
    if not found:
        raise Invalid("nothing recurs", [_error("nothing_recurs", "")])
    return found


def _going_on(span: Span) -> list[Item]:
    """The items in force when a contract goes on."""
    last = span.contract.end_date or span.start
    day = min(span.start, span.contract.within(last))
    return [each for each in span.contract.items_on(day) if each.recurs]


def _price(data: Snapshot, today: date, span: Span, item: Item, command: Renew) -> Decimal:
    """What a unit costs in the new term."""
    contract = span.contract
    match method_of(contract, command.uplift):
        case RenewalPrice.LIST:
            charge = item.charge
            ask = Ask(sku=charge.sku, quantity=charge.quantity, configuration=item.chosen)
            [line] = priced(contract, Pricing(data=data, on=today), [ask])
            return line.net_unit_price
        case RenewalPrice.UPLIFT:
            return uplifted(item.unit_price, uplift_of(contract, item, command.uplift))
        case RenewalPrice.SAME:
            return item.unit_price


def offer(
    uow: UnitOfWork,
    data: Snapshot,
    contracts: Sequence[Contract],
    found: Sequence[Continuation],
    command: Renew,
) -> tuple[Quoted, Plan]:
    """The quote of a renewal, and what ordering it will do."""
    offerings = _offerings(found, command)
    way, basket = offered(contracts[0], [_now(uow, data)], offerings)
    title = f"Renewal of {', '.join(each.number for each in contracts)}"
    quote = drafting.create(uow, way.data, NewQuote(basket=basket, made_by=command.by, title=title))
    lines = quote.version.offered.lines
    startings = tuple(
        Starting(item=each.new, line=line.id, credit=offering.credit)
        for each, offering, line in zip(found, offerings, lines, strict=True)
    )
    plan = _plan(contracts, found, startings, command)
    uow.contracts.plan(quote.quote.id, plan)
    return quote, plan


def _plan(
    contracts: Sequence[Contract],
    found: Sequence[Continuation],
    startings: tuple[Starting, ...],
    command: Renew,
) -> Plan:
    on = min(each.new.charge.start_date for each in found)
    end = max(each.new.charge.end_date or on for each in found)
    endings = tuple(
        Ending(
            contract=each.contract.id,
            charge=each.old.charge.id,
            on=each.new.charge.start_date,
            until=each.old.charge.end_date,
            credit=each.credit,
        )
        for each in found
        if each.gone.part.days
    )
    return Plan(
        action=Action.RENEW,
        contracts=tuple(each.id for each in contracts),
        on=on,
        by=command.by,
        endings=endings,
        startings=startings,
        seen=seen(contracts),
        end=end,
        term_months=months_between(on, end),
        reason=command.reason,
    )


def _offerings(found: Sequence[Continuation], command: Renew) -> list[Offering]:
    """The new items with what comes back of the old ones. Invalid where that is more."""
    offerings = []
    for each in found:
        total = each.new.charge.total - each.credit
        if total < 0:
            raise Invalid(
                "the rest of the old term is worth more than the new one",
                [_error("credit_exceeds_renewal", "effective_date")],
            )
        months = EXACT.multiply(each.come.factor, Decimal(each.new.grid.months))
        offerings.append(
            Offering(
                item=each.new,
                months=months,
                sources=((each.old.charge.id, each.credit),) if each.credit else (),
                total=total,
                agreed_price=each.old.unit_price,
                is_asked=_is_asked(each, command),
            )
        )
    return offerings


def _is_asked(each: Continuation, command: Renew) -> bool:
    """Whether somebody asked for another price: a raise that was agreed before is none of these."""
    if method_of(each.contract, command.uplift) is RenewalPrice.LIST:
        return False
    before, after = each.old.unit_price, each.new.unit_price
    return after < before if command.uplift is None else after != before


def _check(contracts: Sequence[Contract], command: Renew, today: date) -> None:
    findings = [*_wrong_contracts(contracts), *_wrong_terms(contracts, command, today)]
    if findings:
        raise Invalid("the contract cannot be renewed so", findings)


def _wrong_contracts(contracts: Sequence[Contract]) -> Iterator[Finding]:
    """What keeps contracts from going on as one."""
    first = contracts[0]
    for place, each in enumerate(contracts):
        where = f"co_term_with/{place - 1}" if place else ""
        if each.end_date is None:
            yield _error("contract_without_end", where)
        if each.account != first.account:
            yield _error("other_account", where)
        if each.currency != first.currency:
            yield _error("mixed_currencies", where)
    if len({each.id for each in contracts}) < len(contracts):
        yield _error("contract_twice", "co_term_with")


def _wrong_terms(contracts: Sequence[Contract], command: Renew, today: date) -> Iterator[Finding]:
    if command.months is not None and not 0 < command.months <= MOST_MONTHS:
        yield _error("term_out_of_range", "term_months")
    if command.uplift is not None and not -_HUNDRED < command.uplift <= MOST_UPLIFT:
        yield _error("uplift_out_of_range", "uplift_percent")
    on = command.effective
    if on is not None and not all(
        max(each.start_date, today) <= on <= (each.end_date or on) for each in contracts
    ):
        yield _error("effective_date_outside_term", "effective_date")
    elif on is not None and any(
        item.charge.start_date > on for each in contracts for item in each.items_from(on)
    ):
        yield _error("changes_later", "effective_date")


def _term(command: Renew) -> str:
    return "co_term_end" if isinstance(command.until, date) else "term_months"


def _now(reading: Reading, data: Snapshot) -> Pricing:
    return Pricing(data=data, on=data.today(reading.clock))


def _instructions(found: Sequence[Continuation]) -> tuple[Instruction, ...]:
    return tuple(one for each in found for one in each.instructions())


def _error(code: str, where: str, **params: object) -> Finding:
    return Finding(Severity.ERROR, code, params, where)
