"""What a customer is told of a price: the steps that moved it, in words that give nothing away."""

from decimal import Decimal as D

from engine.catalog.charge import Charge, ChargePeriod, ChargeType
from engine.pricing.line import Ask, LineBar
from engine.pricing.option import ChosenOption
from engine.pricing.rule import RuleRef
from engine.pricing.taxes import Tax
from engine.pricing.totals import PricedLine, Totals
from engine.pricing.waterfall import Adjustment, AdjustmentKind, Bar, StepCode
from engine.proposals.composing import document_lines, document_totals
from engine.proposals.document import Option, Step, StepWord, TaxSum

ONE_TIME = Charge(type=ChargeType.ONE_TIME)
TAX = Tax("MVA", D(25), D("210.00"))


def bar(code: StepCode, before: int, after: int, delta_total: str) -> LineBar:
    ref = RuleRef("R-SECRET", 3, "Below cost plus seven")
    adjustment = Adjustment(AdjustmentKind.PERCENT, D("77.7"))
    return LineBar(Bar(code, D(before), D(after), D(0), ref, adjustment), D(delta_total))


def line(*bars: LineBar, tax: Tax = TAX, net: str = "840.00") -> PricedLine:
    option = ChosenOption("C", 1, "Drive", "3.0 kW", D(10))
    ruled = ChosenOption("C", 1, "PRICE-RULE", "surcharge", D(5), is_rule=True)
    return PricedLine(
        ask=Ask(sku="A", quantity=D(10), options=(option, ruled), target_margin=D("33.3")),
        name="A thing",
        unit="pcs",
        charge=ONE_TIME,
        bars=bars or (bar(StepCode.LIST, 100, 100, "0.00"),),
        list_unit_price=D(100),
        net_unit_price=D(84),
        list_total=D("1000.00"),
        net_total=D(net),
        tax=tax,
        floor=D("71.3"),
        cost_total=D("612.34"),
        findings=(),
    )


def test_steps_that_moved_nothing_are_left_out_and_kindred_ones_are_one() -> None:
    bars = (
        bar(StepCode.LIST, 100, 100, "0.00"),
        bar(StepCode.OPTIONS, 100, 110, "100.00"),
        bar(StepCode.AGREEMENT, 110, 110, "0.00"),
        bar(StepCode.VOLUME, 110, 90, "-200.00"),
        bar(StepCode.MANUAL, 90, 80, "-100.00"),
        bar(StepCode.FLOOR, 80, 84, "40.00"),
        bar(StepCode.TERM, 84, 84, "0.00"),
    )
    [told] = document_lines([line(*bars)])
    assert told.steps == (
        Step(StepWord.LIST, D(0), D(100), D("1000.00")),
        Step(StepWord.OPTIONS, D(10), D(110), D("100.00")),
        Step(StepWord.VOLUME, D(-20), D(90), D("-200.00")),
        Step(StepWord.ADJUSTMENT, D(-6), D(84), D("-60.00")),
    )
    assert sum(each.delta_total for each in told.steps) == D("840.00")
    assert told.list_total == D("1100.00"), "with its options"
    assert told.discount_total == D("260.00")


def test_what_may_not_leave_the_house_does_not() -> None:
    told = repr(document_lines([line(bar(StepCode.LIST, 100, 84, "-160.00"))]))
    for secret in ("612.34", "71.3", "33.3", "77.7", "R-SECRET", "Below cost", "PRICE-RULE"):
        assert secret not in told, secret


def test_options_are_those_that_were_chosen() -> None:
    [told] = document_lines([line()])
    assert told.options == (Option("Drive", "3.0 kW", D(10)),)


def test_taxes_are_summed_by_code_and_rate() -> None:
    inside = Tax("MVA", D(25), D("200.00"), included=True)
    lines = [
        line(),
        line(net="160.00", tax=Tax("MVA", D(25), D("40.00"))),
        line(net="1000.00", tax=inside),
        line(net="100.00", tax=Tax("", D(0), D("0.00"))),
    ]
    totals = Totals(
        list=D("4000.00"), discount=D("1900.00"), net=D("2100.00"), tax=D("450.00"),
        total=D("2350.00"), cost=D("612.34"), one_time=D("2100.00"),
        recurring=((ChargePeriod.MONTH, D("5.00")),), tcv=D(0), acv=D(0),
    )  # fmt: skip
    told = document_totals(totals, lines)
    assert told.taxes == (
        TaxSum("MVA", D(25), D("1000.00"), D("250.00"), included=False),
        TaxSum("MVA", D(25), D("800.00"), D("200.00"), included=True),
        TaxSum("", D(0), D("100.00"), D("0.00"), included=False),
    )
    assert "612.34" not in repr(told)
