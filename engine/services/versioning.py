"""Versioning: what the alternatives of a version were priced from, and the version they become."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from engine.pricing.snapshot import Snapshot
from engine.quotes.approval import Decision
from engine.quotes.version import QuoteAlternative, QuoteLine, QuoteTerms, QuoteVersion
from engine.services.pricing import PriceBasket, price_basket


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An alternative before it is priced; lines keep their ids."""

    id: str
    basket: PriceBasket
    title: str = ""
    line_ids: tuple[str, ...] = field(default=())


def drafts_of(version: QuoteVersion) -> list[Draft]:
    """What the alternatives of a version were priced from."""
    return [_draft(version.terms, each) for each in version.alternatives]


def priced_version(  # noqa: PLR0913 (a version is made of these)
    data: Snapshot,
    today: date,
    made_at: datetime,
    number: int,
    drafts: Sequence[Draft],
    *,
    chosen: str | None = None,
    decisions: Iterable[Decision] = (),
) -> QuoteVersion:
    """The drafts priced with `data`. Invalid where any line of any of them is wrong."""
    answers = [price_basket(data, today, draft.basket) for draft in drafts]
    alternatives = tuple(
        QuoteAlternative(
            id=draft.id,
            title=draft.title,
            discount_percent=draft.basket.discount_percent,
            discount_amount=draft.basket.discount_amount,
            manual_total=answer.priced.transaction.manual_total,
            lines=tuple(
                QuoteLine(id=line_id, price=line)
                for line_id, line in zip(draft.line_ids, answer.priced.lines, strict=True)
            ),
            totals=answer.priced.totals,
            calculated=answer.priced.calculated,
            approvals=answer.priced.approvals,
            findings=answer.priced.findings,
            pricing_hash=answer.pricing_hash,
        )
        for draft, answer in zip(drafts, answers, strict=True)
    )
    asked = answers[0].priced.transaction
    return QuoteVersion(
        number=number,
        made_at=made_at,
        terms=QuoteTerms(
            account=None if asked.account is None else asked.account.id,
            price_list=asked.price_list.key,
            currency=asked.price_list.currency.code,
            on=asked.on,
            revision=data.revision,
            asked_list=drafts[0].basket.price_list,
            codes=asked.codes,
            policy=data.settings.pricing,
        ),
        alternatives=alternatives,
        chosen=drafts[0].id if chosen is None else chosen,
        decisions=tuple(decisions),
    )


def priced_again(
    data: Snapshot, today: date, version: QuoteVersion, drafts: Sequence[Draft], chosen: str
) -> QuoteVersion:
    """The version with other drafts; what was agreed to holds for the account it was agreed for.

    What was remarked about it stays.
    """
    priced = priced_version(
        data,
        today,
        version.made_at,
        version.number,
        drafts,
        chosen=chosen,
        decisions=version.decisions,
    )
    return replace(
        version,
        terms=priced.terms,
        alternatives=priced.alternatives,
        chosen=priced.chosen,
        decisions=priced.decisions if priced.terms.account == version.terms.account else (),
    )


def _draft(terms: QuoteTerms, each: QuoteAlternative) -> Draft:
    return Draft(
        id=each.id,
        title=each.title,
        line_ids=tuple(line.id for line in each.lines),
        basket=PriceBasket(
            asks=tuple(line.price.ask for line in each.lines),
            account_id=terms.account,
            currency=terms.currency,
            price_list=terms.asked_list,
            on=terms.on,
            codes=terms.codes,
            discount_percent=each.discount_percent,
            discount_amount=each.discount_amount,
            manual_total=each.manual_total,
            may_be_empty=True,
        ),
    )
