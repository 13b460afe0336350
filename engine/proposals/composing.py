"""Composing: what a version of a quote offers becomes a document."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from engine.pricing.line import LineBar
from engine.pricing.taxes import Tax
from engine.pricing.totals import PricedLine, Totals
from engine.pricing.waterfall import StepCode
from engine.proposals.document import (
    DocumentLine,
    DocumentTotals,
    Option,
    Step,
    StepWord,
    TaxSum,
)

_ZERO = Decimal(0)
_WORDS = {
    StepCode.LIST: StepWord.LIST,
    StepCode.OPTIONS: StepWord.OPTIONS,
    StepCode.AGREEMENT: StepWord.AGREEMENT,
    StepCode.VOLUME: StepWord.VOLUME,
    StepCode.PROMOTION: StepWord.PROMOTION,
    StepCode.CHANNEL: StepWord.CHANNEL,
    StepCode.MANUAL: StepWord.ADJUSTMENT,
    StepCode.FLOOR: StepWord.ADJUSTMENT,
    StepCode.TERM: StepWord.TERM,
    StepCode.ROUND: StepWord.ADJUSTMENT,
    StepCode.QUOTE_DISCOUNT: StepWord.QUOTE_DISCOUNT,
    StepCode.MANUAL_TOTAL: StepWord.QUOTE_DISCOUNT,
}


def document_lines(lines: Iterable[PricedLine]) -> tuple[DocumentLine, ...]:
    """The lines a customer sees, numbered from 1."""
    return tuple(_line(number, each) for number, each in enumerate(lines, 1))


def document_totals(totals: Totals, lines: Sequence[PricedLine]) -> DocumentTotals:
    """The totals a customer sees, with their taxes by code and rate."""
    return DocumentTotals(
        list=totals.list,
        discount=totals.discount,
        net=totals.net,
        taxes=_taxes(lines),
        total=totals.total,
        one_time=totals.one_time,
        recurring=totals.recurring,
    )


def _line(number: int, each: PricedLine) -> DocumentLine:
    ask, charge, tax = each.ask, each.charge, each.tax
    return DocumentLine(
        number=number,
        sku=ask.sku,
        name=each.name,
        quantity=ask.quantity,
        unit=each.unit,
        charge=charge.type,
        period=charge.period,
        term_months=charge.term_months,
        start_date=ask.start_date,
        end_date=ask.end_date,
        options=tuple(
            Option(option.variable, option.value, option.price)
            for option in ask.options
            if not option.is_rule
        ),
        list_unit_price=each.list_unit_price,
        net_unit_price=each.net_unit_price,
        list_total=each.list_total + each.options_total,
        discount_total=each.discount_total,
        net_total=each.net_total,
        tax_rate=tax.rate,
        tax_amount=tax.amount,
        tax_included=tax.included,
        steps=_steps(each),
    )


def _steps(line: PricedLine) -> tuple[Step, ...]:
    """The list price and every step that moved anything; steps told by one word are one."""
    steps: list[Step] = []
    for each in line.bars:
        word = _WORDS[each.bar.code]
        if word is StepWord.LIST:
            steps.append(Step(word, _ZERO, each.bar.after, line.list_total))
        elif _moves(each):
            last = steps[-1] if steps else None
            if last is not None and last.word is word:
                steps[-1] = _joined(last, each)
            else:
                steps.append(Step(word, each.bar.delta, each.bar.after, each.delta_total))
    return tuple(steps)


def _moves(each: LineBar) -> bool:
    return bool(each.bar.delta or each.delta_total)


def _joined(last: Step, each: LineBar) -> Step:
    delta, total = last.delta + each.bar.delta, last.delta_total + each.delta_total
    return Step(last.word, delta, each.bar.after, total)


def _taxes(lines: Sequence[PricedLine]) -> tuple[TaxSum, ...]:
    sums: dict[tuple[str, Decimal, bool], tuple[Decimal, Decimal]] = {}
    for each in lines:
        tax = each.tax
        named = (tax.code, tax.rate, tax.included)
        base, amount = sums.get(named, (_ZERO, _ZERO))
        sums[named] = (base + _base(each, tax), amount + tax.amount)
    return tuple(
        TaxSum(code, rate, base, amount, included)
        for (code, rate, included), (base, amount) in sums.items()
    )


def _base(line: PricedLine, tax: Tax) -> Decimal:
    return line.net_total - tax.amount if tax.included else line.net_total
