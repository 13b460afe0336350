"""Editing: what a draft offers is changed, and priced with the rules it was priced with before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from engine.kernel.errors import Invalid, NotFound, QuoteLocked
from engine.kernel.finding import Finding, Severity
from engine.pricing.line import Ask
from engine.pricing.snapshot import Snapshot
from engine.quotes.acts import Act, guard, status_on
from engine.quotes.history import Happening
from engine.quotes.quote import QuoteStatus
from engine.services.drafting import Quoted, Touch, kept, offered, taken, taken_to_change
from engine.services.expiring import tell_if_over
from engine.services.fixing import with_terms
from engine.services.holding import guard_money, guard_terms, left_without
from engine.services.noting import note
from engine.services.versioning import Draft, drafts_of, priced_again
from engine.store.unit_of_work import UnitOfWork

MOST_ALTERNATIVES = 20
_OF_ONE = frozenset({"discount_percent", "discount_amount", "manual_total"})
"""What each alternative has its own of."""


def change(
    uow: UnitOfWork,
    data: Snapshot,
    touch: Touch,
    head: Mapping[str, Any],
    terms: Mapping[str, Any],
) -> Quoted:
    """Change members of the quote (`head`) and of the basket its lines are priced as (`terms`).

    Account, currency and the like concern every alternative, discounts and a manual total the
    chosen one. A manual total is for what was offered when it was fixed: whatever else leads to
    another price takes it away. The last day of what the customer has may be put off as well.
    """
    found = taken(uow, touch)
    quote = replace(found.quote, **head)
    if set(head) == {"valid_until"} and not terms and _is_offered(found, data, uow):
        uow.quotes.save(replace(quote, updated_at=uow.clock.now()))
        until = None if quote.valid_until is None else quote.valid_until.isoformat()
        note(uow, quote, Happening.EXTENDED, touch.by, valid_until=until)
        tell_if_over(uow, found.quote, quote, data.today(uow.clock))
        return Quoted(uow.quotes.get(quote.id), found.version)
    found = taken_to_change(uow, data, touch)
    guard_terms(uow, data, found, terms)
    chosen = terms.get("chosen", found.version.chosen)
    if not any(each.id == chosen for each in found.version.alternatives):
        raise _invalid("unknown_alternative", "alternative")
    shared = {name: terms[name] for name in set(terms) - _OF_ONE - {"chosen"}}
    own = {name: terms[name] for name in set(terms) & _OF_ONE}
    drafts = [
        replace(
            draft,
            basket=with_terms(draft.basket, {**shared, **(own if draft.id == chosen else {})}),
        )
        for draft in drafts_of(found.version)
    ]
    version = (
        priced_again(data, data.today(uow.clock), found.version, drafts, chosen)
        if terms
        else found.version
    )
    guard_money(uow, found, version, terms)
    changed = sorted({*head, *terms})
    after = Quoted(quote, version)
    return offered(uow, found.version, after, Happening.CHANGED, touch.by, members=changed)


def add_line(uow: UnitOfWork, data: Snapshot, touch: Touch, ask: Ask) -> tuple[Quoted, str]:
    """Add a line to the chosen alternative; its id comes with the quote.

    Other lines may change with it: quantities of several lines count together.
    """
    found = taken_to_change(uow, data, touch)
    line_id = uow.ids.new("qln")
    draft = _chosen(found)
    grown = replace(
        draft,
        basket=with_terms(draft.basket, {"asks": (*draft.basket.asks, ask)}),
        line_ids=(*draft.line_ids, line_id),
    )
    after = _with(uow, data, found, grown, at=len(draft.line_ids))
    details = {"line": line_id, "sku": ask.sku}
    added = offered(uow, found.version, after, Happening.LINE_ADDED, touch.by, **details)
    return added, line_id


def change_line(
    uow: UnitOfWork, data: Snapshot, touch: Touch, line_id: str, changes: Mapping[str, Any]
) -> Quoted:
    """Change what is asked for on one line of the chosen alternative."""
    found = taken_to_change(uow, data, touch)
    draft = _chosen(found)
    at = _place(draft, line_id)
    asks = list(draft.basket.asks)
    asks[at] = replace(asks[at], **changes)
    changed = replace(draft, basket=with_terms(draft.basket, {"asks": tuple(asks)}))
    after = _with(uow, data, found, changed, at=at)
    details = {"line": line_id, "members": sorted(changes)}
    return offered(uow, found.version, after, Happening.LINE_CHANGED, touch.by, **details)


def remove_line(uow: UnitOfWork, data: Snapshot, touch: Touch, line_id: str) -> Quoted:
    """Take one line off the chosen alternative."""
    found = taken_to_change(uow, data, touch)
    draft = _chosen(found)
    at = _place(draft, line_id)
    sku, ids = draft.basket.asks[at].sku, list(draft.line_ids)
    ids.pop(at)
    asks = left_without(found.version.offered.lines, line_id)
    basket = with_terms(draft.basket, {"asks": asks})
    left = replace(draft, basket=basket, line_ids=tuple(ids))
    after = _with(uow, data, found, left)
    details = {"line": line_id, "sku": sku}
    return offered(uow, found.version, after, Happening.LINE_REMOVED, touch.by, **details)


def add_alternative(uow: UnitOfWork, data: Snapshot, touch: Touch, title: str) -> Quoted:
    """Copy the chosen alternative under `title`; the copy is chosen from then on."""
    found = taken_to_change(uow, data, touch)
    drafts = drafts_of(found.version)
    if len(drafts) >= MOST_ALTERNATIVES:
        raise _invalid("too_many_alternatives", "")
    draft = _chosen(found)
    copy = replace(
        draft,
        id=uow.ids.new("qal"),
        title=title,
        line_ids=tuple(uow.ids.new("qln") for _ in draft.line_ids),
    )
    version = priced_again(data, data.today(uow.clock), found.version, [*drafts, copy], copy.id)
    details = {"alternative": copy.id, "title": title}
    after = Quoted(found.quote, version)
    what = Happening.ALTERNATIVE_ADDED
    return offered(uow, found.version, after, what, touch.by, **details)


def remove_alternative(uow: UnitOfWork, data: Snapshot, touch: Touch, alternative: str) -> Quoted:
    """Take an alternative off; the first of those left is chosen where it was. One stays."""
    found = taken_to_change(uow, data, touch)
    drafts = [each for each in drafts_of(found.version) if each.id != alternative]
    if len(drafts) == len(found.version.alternatives):
        raise NotFound(f"there is no alternative {alternative}")
    if not drafts:
        raise QuoteLocked("a quote keeps at least one alternative")
    chosen = found.version.chosen if found.version.chosen != alternative else drafts[0].id
    version = priced_again(data, data.today(uow.clock), found.version, drafts, chosen)
    after = Quoted(found.quote, version)
    details = {"alternative": alternative}
    what = Happening.ALTERNATIVE_REMOVED
    return offered(uow, found.version, after, what, touch.by, **details)


def reprice(uow: UnitOfWork, data: Snapshot, touch: Touch, on: date | None = None) -> Quoted:
    """Price every alternative with the rules of `data`, as of `on` or of today.

    What persons decided stays, a manual total too: it is shared over the lines anew.
    """
    found = taken(uow, touch)
    today = data.today(uow.clock)
    guard(Act.REPRICE, found.quote, today)
    day = today if on is None else on
    before = found.version
    drafts = [replace(each, basket=replace(each.basket, on=day)) for each in drafts_of(before)]
    version = priced_again(data, data.today(uow.clock), before, drafts, before.chosen)
    return kept(
        uow,
        Quoted(found.quote, version),
        Happening.REPRICED,
        touch.by,
        net_before=before.offered.totals.net,
        net_after=version.offered.totals.net,
        rule_set_version=str(data.revision),
        rule_set_version_before=str(before.terms.revision),
    )


def revise(uow: UnitOfWork, today: date, touch: Touch, comment: str = "") -> Quoted:
    """A new version in draft, with the prices of the one before, which can still be read.

    Where the last day to accept is over, the new version has none until one is set.
    """
    found = taken(uow, touch)
    guard(Act.REVISE, found.quote, today)
    until = found.quote.valid_until
    is_over = until is not None and until < today
    quote = replace(found.quote, status=QuoteStatus.DRAFT, valid_until=None if is_over else until)
    number = found.version.number + 1
    version = replace(
        found.version, number=number, made_at=uow.clock.now(), author=touch.member, log_message=""
    )
    details = {"comment": comment} if comment else {}
    return kept(uow, Quoted(quote, version), Happening.REVISED, touch.by, **details)


def _is_offered(found: Quoted, data: Snapshot, uow: UnitOfWork) -> bool:
    status = status_on(found.quote, data.today(uow.clock))
    return status in {
        *(QuoteStatus.APPROVED, QuoteStatus.SENT),
        *(QuoteStatus.ON_HOLD, QuoteStatus.EXPIRED),
    }


def _chosen(found: Quoted) -> Draft:
    return next(each for each in drafts_of(found.version) if each.id == found.version.chosen)


def _place(draft: Draft, line_id: str) -> int:
    if line_id not in draft.line_ids:
        raise NotFound(f"there is no line {line_id}")
    return draft.line_ids.index(line_id)


def _with(
    uow: UnitOfWork, data: Snapshot, found: Quoted, changed: Draft, at: int | None = None
) -> Quoted:
    """The quote with one draft changed; what is wrong with line `at` is told without its place."""
    drafts = [changed if each.id == changed.id else each for each in drafts_of(found.version)]
    try:
        version = priced_again(
            data, data.today(uow.clock), found.version, drafts, found.version.chosen
        )
    except Invalid as error:
        raise Invalid(error.detail, _of_line(error.findings, at)) from None
    return Quoted(found.quote, version)


def _of_line(findings: Sequence[Finding], at: int | None) -> list[Finding]:
    within = f"lines/{at}/"
    return [replace(each, where=each.where.removeprefix(within)) for each in findings]


def _invalid(code: str, where: str) -> Invalid:
    return Invalid("the quote cannot be changed so", [Finding(Severity.ERROR, code, where=where)])
