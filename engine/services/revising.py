"""Revising: the newest version of a quote is remarked on, led to another stage, and ordered.

What one call asks for happens in one transaction, or nothing of it does. The exception is a quote
that is to become active and needs an approval first: it is submitted, and waits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from engine.catalog.settings import CustomPrice
from engine.kernel.errors import IllegalTransition, Invalid, Moved, NotChangeable, NotFound
from engine.kernel.finding import Finding, Severity
from engine.orders.changing import Change
from engine.orders.order_change import ChangeType
from engine.orders.steps import OVER, Step, step_of
from engine.pricing.approval import Approval
from engine.pricing.gross import net_of
from engine.pricing.snapshot import Snapshot
from engine.quotes.acts import Act, guard_change, guard_lead, status_on
from engine.quotes.approval import outstanding
from engine.quotes.history import Happening
from engine.quotes.quote import Quote, QuoteStatus
from engine.quotes.stages import FINAL, Stage, stage_of, way
from engine.quotes.version import QuoteVersion
from engine.services import changing, deciding, editing, ordering
from engine.services.changing import ChangeOrder
from engine.services.deciding import Word
from engine.services.drafting import Quoted, Touch, kept, offered, taken
from engine.services.ordering import PlaceOrder
from engine.services.pricing import price_basket
from engine.services.versioning import drafts_of, priced_again
from engine.store.unit_of_work import Reading, UnitOfWork

DataAt = Callable[[int], Snapshot]
MOST_QUALIFIERS = 100
_OFFERED = frozenset({QuoteStatus.APPROVED, QuoteStatus.SENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What is asked of version `number`, which has to be the quote's newest.

    `qualifiers` are JSON by name, laid over those there are; None takes one away.
    """

    number: int
    qualifiers: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    log_message: str | None = None
    stage: Stage | None = None
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class CustomTotal:
    """What a person says a version comes to: the net, or what is to be paid."""

    amount: Decimal
    means: CustomPrice


@dataclass(frozen=True, slots=True)
class Revised:
    """The quote as it is now; `awaited` are the approvals it waits for before it is active."""

    found: Quoted
    awaited: tuple[Approval, ...] = ()


def change(
    uow: UnitOfWork, data: Snapshot, data_at: DataAt, touch: Touch, asked: Revision
) -> Revised:
    """Do what is asked of the newest version; `data_at` are the data as they were at a revision.

    IllegalTransition where it is not the newest, or nothing leads from where it is to where it
    shall be; QuoteLocked where what is remarked about it is kept elsewhere.
    """
    found = _newest(uow, touch, asked.number)
    _guard_remarks(uow, found, data.today(uow.clock), asked)
    found, awaited = _led(uow, data, touch, found, asked)
    if asked.step is not None and not awaited:
        _ordered(uow, data, data_at, touch, found, asked)
        found = taken(uow, touch)
    return Revised(_remarked(uow, touch, found, asked), awaited)


def is_asked_to_move(reading: Reading, quote: Quote, today: date, asked: Revision) -> bool:
    """Whether the quote shall be at another stage than it is, or its order at another step."""
    if asked.stage not in {None, stage_of(status_on(quote, today))}:
        return True
    order = None if asked.step is None else reading.orders.find_by_quote(quote.id)
    return asked.step is not None and (order is None or step_of(order) is not asked.step)


def fix_total(
    uow: UnitOfWork, data: Snapshot, touch: Touch, number: int, total: CustomTotal | None
) -> Quoted:
    """Fix the total of version `number`, or free it; `data` are what it was priced with.

    What the customer has already may come to something else as long as nobody has to agree to it:
    IllegalTransition where somebody would. Moved where `data` are not what it was priced with.
    """
    found, today = _newest(uow, touch, number), data.today(uow.clock)
    is_offered = status_on(found.quote, today) in _OFFERED
    if not is_offered:
        guard_change(found.quote, today)
    guard_lead(found.quote)
    if found.version.terms.revision != data.revision:
        raise Moved(f"quote {found.quote.number} was priced anew meanwhile")
    net = None if total is None else _net(data, found.version, total)
    if not is_offered:
        return editing.change(uow, data, touch, {}, {"manual_total": net})
    chosen = found.version.chosen
    drafts = [
        replace(each, basket=replace(each.basket, manual_total=net)) if each.id == chosen else each
        for each in drafts_of(found.version)
    ]
    version = priced_again(data, today, found.version, drafts, chosen)
    awaited = outstanding(version.offered.approvals, version.decisions)
    if awaited:
        raise IllegalTransition(
            f"quote {found.quote.number} is with the customer, and the price needs the approval "
            f"{named(awaited)}: revise it"
        )
    after, members = Quoted(found.quote, version), ["manual_total"]
    return offered(uow, found.version, after, Happening.CHANGED, touch.by, members=members)


def _net(data: Snapshot, version: QuoteVersion, total: CustomTotal) -> Decimal:
    """The net that is meant; where it is found, the chosen alternative is priced once for it."""
    if total.means is CustomPrice.NET:
        return total.amount
    draft = next(each for each in drafts_of(version) if each.id == version.chosen)
    basket = replace(draft.basket, manual_total=None)
    priced = price_basket(data, version.terms.on, basket).priced
    return net_of(priced, data.settings.pricing, total.amount)


def _guard_remarks(uow: UnitOfWork, found: Quoted, today: date, asked: Revision) -> None:
    """Raise where what is remarked can be so no longer, or elsewhere only.

    What moves the quote or its order is told why wherever it is kept, and at its end as well.
    """
    quote, version, status = found.quote, found.version, status_on(found.quote, today)
    waits = status is QuoteStatus.IN_APPROVAL and asked.stage is Stage.ACTIVE
    moves = not waits and is_asked_to_move(uow, quote, today, asked)
    says = asked.log_message not in {None, version.log_message}
    is_remarked = _qualifiers(version, asked) != version.qualifiers or (says and not moves)
    is_led_on = asked.stage not in {None, stage_of(status)}
    if stage_of(status) in FINAL and (is_remarked or is_led_on):
        raise IllegalTransition(f"quote {quote.number} is {status.value}: it stays as it is")
    if is_remarked:
        guard_lead(quote)


def named(approvals: tuple[Approval, ...]) -> str:
    """Approvals by their names and who gives them, those of lower levels first."""
    by_level = sorted(approvals, key=lambda each: each.rule.level)
    return ", ".join(
        f"\N{LEFT DOUBLE QUOTATION MARK}{each.rule.name}\N{RIGHT DOUBLE QUOTATION MARK}"
        + (f" of {each.rule.approver_group}" if each.rule.approver_group else "")
        for each in by_level
    )


def _newest(uow: UnitOfWork, touch: Touch, number: int) -> Quoted:
    found = taken(uow, touch)
    newest = max(found.quote.version, 1)
    if number > newest:
        raise NotFound(f"quote {found.quote.number} has no version {number}")
    if number < newest:
        raise IllegalTransition(
            f"version {number} of quote {found.quote.number} is not its newest: {newest} is"
        )
    return found


def _led(
    uow: UnitOfWork, data: Snapshot, touch: Touch, found: Quoted, asked: Revision
) -> tuple[Quoted, tuple[Approval, ...]]:
    """The quote at the stage that is asked for, or waiting for approvals on the way."""
    today = data.today(uow.clock)
    status = status_on(found.quote, today)
    if asked.stage is None or stage_of(status) is asked.stage:
        return found, ()
    if status is QuoteStatus.IN_APPROVAL and asked.stage is Stage.ACTIVE:
        return found, _awaited(found)
    acts = way(status, asked.stage)
    if not acts:
        raise IllegalTransition(
            f"quote {found.quote.number} is {status.value}: it cannot become {asked.stage.value}"
        )
    word = Word(comment=asked.log_message or "")
    for act in acts:
        if act is Act.REVISE:
            found = editing.revise(uow, today, touch, word.comment)
            continue
        found = deciding.decide(uow, data, touch, act, word)
        if found.quote.status is QuoteStatus.IN_APPROVAL:
            return found, _awaited(found)
    return found, ()


def _awaited(found: Quoted) -> tuple[Approval, ...]:
    return outstanding(found.version.offered.approvals, found.version.decisions)


def _ordered(  # noqa: PLR0913, PLR0917 (what an order is placed or cancelled with)
    uow: UnitOfWork,
    data: Snapshot,
    data_at: DataAt,
    touch: Touch,
    found: Quoted,
    asked: Revision,
) -> None:
    """Place the order, or cancel it: how far it is besides, its systems tell."""
    order = uow.orders.find_by_quote(found.quote.id)
    if order is not None and step_of(order) is asked.step:
        return
    if order is None and asked.step is Step.RECEIVED:
        command = PlaceOrder(quote_id=found.quote.id, by=touch.by, comment=asked.log_message or "")
        ordering.place(uow, data, command)
        return
    if order is None or asked.step is not Step.CANCELLED or step_of(order) in OVER:
        here = "not ordered" if order is None else step_of(order).value
        step = "" if asked.step is None else asked.step.value
        raise IllegalTransition(
            f"the order of quote {found.quote.number} is {here}: it cannot become {step} from here"
        )
    cancel = ChangeOrder(
        order_id=order.id,
        change=Change(type=ChangeType.CANCEL),
        by=touch.by,
        reason=asked.log_message or "",
    )
    rules = data_at(changing.rules_revision(uow, order.id))
    done = changing.change(uow, data, rules, cancel)
    if not done.applied:
        raise NotChangeable(
            f"cancelling order {order.number} costs {done.change.amount} {order.currency}: "
            "somebody has to agree to that where orders are changed"
        )


def _qualifiers(version: QuoteVersion, asked: Revision) -> tuple[tuple[str, str], ...]:
    """The version's qualifiers with those that are asked for laid over them."""
    merged = dict(version.qualifiers)
    for name, value in asked.qualifiers.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = value
    return tuple(merged.items())


def _remarked(uow: UnitOfWork, touch: Touch, found: Quoted, asked: Revision) -> Quoted:
    """The quote with what is told of it; nothing is written where nothing is."""
    qualifiers = _qualifiers(found.version, asked)
    if len(qualifiers) > MOST_QUALIFIERS:
        too_many = Finding(Severity.ERROR, "too_many_qualifiers", where="qualifiers")
        raise Invalid("a version has so many qualifiers at most", [too_many])
    message = found.version.log_message if asked.log_message is None else asked.log_message
    version = replace(found.version, qualifiers=qualifiers, log_message=message)
    if version == found.version:
        return found
    members = [
        name
        for name, was, now in (
            ("log_message", found.version.log_message, version.log_message),
            ("qualifiers", found.version.qualifiers, version.qualifiers),
        )
        if was != now
    ]
    return kept(uow, Quoted(found.quote, version), Happening.NOTED, touch.by, members=members)
