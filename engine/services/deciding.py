"""Deciding: a quote is submitted, agreed to, sent, and accepted or declined."""

from dataclasses import dataclass, replace
from datetime import date

from engine.kernel.errors import IllegalTransition, Invalid, QuoteLocked
from engine.kernel.finding import Finding, Severity
from engine.pricing.approval import Approval
from engine.pricing.snapshot import Snapshot
from engine.quotes.acts import Act, guard
from engine.quotes.approval import Decision, Verdict, outstanding
from engine.quotes.history import Happening
from engine.quotes.quote import QuoteStatus
from engine.quotes.version import QuoteVersion
from engine.services import reporting_back
from engine.services.configuring import configured
from engine.services.drafting import Quoted, Touch, kept, taken
from engine.services.expiring import tell_if_over
from engine.services.invalidating import whole
from engine.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What comes with an act: a remark, and for some the level or the alternative it concerns."""

    comment: str = ""
    level: int | None = None
    alternative: str | None = None


_PLAIN = {
    Act.SEND: (QuoteStatus.SENT, Happening.SENT),
    Act.HOLD: (QuoteStatus.ON_HOLD, Happening.HELD),
    Act.RESUME: (QuoteStatus.SENT, Happening.RESUMED),
    Act.DECLINE: (QuoteStatus.DECLINED, Happening.DECLINED),
}
"""Acts that do no more than move the status."""


def decide(uow: UnitOfWork, data: Snapshot, touch: Touch, act: Act, word: Word) -> Quoted:
    """Do `act` to the quote. IllegalTransition where its status forbids that.

    What is submitted or accepted must still be possible to build: Invalid names the lines that
    are not, by the configurators of `data`.
    """
    found, today = taken(uow, touch), data.today(uow.clock)
    guard(act, found.quote, today)
    if act in {Act.SUBMIT, Act.ACCEPT}:
        _check_builds(data, found.version, today)
    match act:
        case Act.SUBMIT:
            after, what = _submitted(found, today), Happening.SUBMITTED
        case Act.APPROVE:
            after, what = _approved(uow, found, touch, word), Happening.APPROVED
        case Act.REJECT:
            after, what = _rejected(uow, found, touch, word), Happening.REJECTED
        case Act.ACCEPT:
            after, what = _accepted(found, word), Happening.ACCEPTED
        case _:
            status, what = _PLAIN[act]
            after = _moved(found, status)
    details = {"comment": word.comment} if word.comment else {}
    decided = kept(uow, after, what, touch.by, status=after.quote.status.value, **details)
    tell_if_over(uow, found.quote, decided.quote, today)
    if act is Act.ACCEPT:
        reporting_back.owe(uow, decided.quote.id)
    return decided


def would_take(data: Snapshot, found: Quoted, act: Act, today: date) -> bool:
    """Whether `decide`, or what makes a new version, would take `act` on a day."""
    try:
        guard(act, found.quote, today)
        if act in {Act.SUBMIT, Act.ACCEPT}:
            _check_builds(data, found.version, today)
        if act is Act.SUBMIT:
            _submitted(found, today)
    except (IllegalTransition, QuoteLocked, Invalid):
        return False
    return True


def _check_builds(data: Snapshot, version: QuoteVersion, today: date) -> None:
    findings: list[Finding] = []
    for place, line in enumerate(version.offered.lines):
        ask = line.price.ask
        if ask.options:
            _, wrong = configured(data, today, version.terms.currency, whole(ask))
            findings += [replace(each, where=f"lines/{place}/{each.where}") for each in wrong]
    if findings:
        raise Invalid("some lines can no longer be built so", findings)


def _submitted(found: Quoted, today: date) -> Quoted:
    """In approval, or approved where nothing is needed that nobody has agreed to."""
    version, until = found.version, found.quote.valid_until
    findings = []
    if not version.offered.lines:
        findings.append(Finding(Severity.ERROR, "no_lines", where="lines"))
    if until is not None and until < today:
        findings.append(Finding(Severity.ERROR, "day_is_over", where="valid_until"))
    if findings:
        raise Invalid("the quote cannot be submitted so", findings)
    given = tuple(each for each in version.decisions if each.verdict is Verdict.APPROVED)
    version = replace(version, decisions=given)
    return _after_approval(Quoted(found.quote, version))


def _approved(uow: UnitOfWork, found: Quoted, touch: Touch, word: Word) -> Quoted:
    """Agreed to on one level or on all; lower levels come first."""
    open_ones = _outstanding(found.version)
    if word.level is not None:
        lowest = min((each.rule.level for each in open_ones), default=None)
        if lowest != word.level:
            raise IllegalTransition(
                f"level {word.level} is not asked for, the next one is {lowest}"
            )
        open_ones = tuple(each for each in open_ones if each.rule.level == word.level)
    version = _with_decisions(uow, found.version, open_ones, Verdict.APPROVED, touch, word)
    return _after_approval(Quoted(found.quote, version))


def _rejected(uow: UnitOfWork, found: Quoted, touch: Touch, word: Word) -> Quoted:
    open_ones = _outstanding(found.version)
    version = _with_decisions(uow, found.version, open_ones, Verdict.REJECTED, touch, word)
    return _moved(Quoted(found.quote, version), QuoteStatus.DRAFT)


def _accepted(found: Quoted, word: Word) -> Quoted:
    """Accepted with one alternative: the chosen one, or another that needs no approval more."""
    version = found.version
    if word.alternative is not None and word.alternative != version.chosen:
        if not any(each.id == word.alternative for each in version.alternatives):
            error = Finding(Severity.ERROR, "unknown_alternative", where="alternative")
            raise Invalid("there is no such alternative", [error])
        version = replace(version, chosen=word.alternative)
        if _outstanding(version):
            raise IllegalTransition("that alternative needs approvals nobody has given")
    return _moved(Quoted(found.quote, version), QuoteStatus.ACCEPTED)


def _after_approval(found: Quoted) -> Quoted:
    is_open = bool(_outstanding(found.version))
    return _moved(found, QuoteStatus.IN_APPROVAL if is_open else QuoteStatus.APPROVED)


def _moved(found: Quoted, status: QuoteStatus) -> Quoted:
    return Quoted(replace(found.quote, status=status), found.version)


def _outstanding(version: QuoteVersion) -> tuple[Approval, ...]:
    return outstanding(version.offered.approvals, version.decisions)


def _with_decisions(  # noqa: PLR0913, PLR0917 (a decision is made of these)
    uow: UnitOfWork,
    version: QuoteVersion,
    approvals: tuple[Approval, ...],
    verdict: Verdict,
    touch: Touch,
    word: Word,
) -> QuoteVersion:
    decisions = tuple(
        Decision(
            rule=each.rule.id,
            rule_version=each.rule.version,
            level=each.rule.level,
            measured=each.measured,
            verdict=verdict,
            by=touch.by,
            at=uow.clock.now(),
            comment=word.comment,
        )
        for each in approvals
    )
    return replace(version, decisions=(*version.decisions, *decisions))
