"""Documents that tests write out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from engine.catalog.charge import ChargePeriod, ChargeType
from engine.proposals.document import (
    Document,
    DocumentLine,
    DocumentTotals,
    Option,
    Party,
    Step,
    StepWord,
    TaxSum,
)

UNITS = DocumentLine(
    number=1,
    sku="VX-2000",
    name="Industrial vacuum unit",
    quantity=D(4),
    unit="pcs",
    charge=ChargeType.ONE_TIME,
    period=None,
    term_months=None,
    start_date=None,
    end_date=None,
    options=(Option("Drive", "3.0 kW", D(500)), Option("coverage_level", "Standard", D(0))),
    list_unit_price=D(12000),
    net_unit_price=D("11250.0000"),
    list_total=D("50000.00"),
    discount_total=D("5000.00"),
    net_total=D("45000.00"),
    tax_rate=D(25),
    tax_amount=D("11250.00"),
    tax_included=False,
    steps=(
        Step(StepWord.LIST, D(0), D(12000), D("48000.00")),
        Step(StepWord.OPTIONS, D(500), D(12500), D("2000.00")),
        Step(StepWord.AGREEMENT, D(-1250), D(11250), D("-5000.00")),
    ),
)
CARE = replace(
    UNITS,
    number=2,
    sku="CARE-PLUS",
    name="Care Plus",
    charge=ChargeType.RECURRING,
    period=ChargePeriod.YEAR,
    term_months=D(36),
    start_date=date(2027, 1, 1),
    options=(),
    list_unit_price=D(900),
    net_unit_price=D(900),
    list_total=D("10800.00"),
    discount_total=D("0.00"),
    net_total=D("10800.00"),
    tax_amount=D("2700.00"),
    steps=(Step(StepWord.LIST, D(0), D(900), D("10800.00")),),
)
TOTALS = DocumentTotals(
    list=D("58800.00"),
    discount=D("5000.00"),
    net=D("55800.00"),
    taxes=(TaxSum("MVA", D(25), D("55800.00"), D("13950.00"), included=False),),
    total=D("69750.00"),
    one_time=D("45000.00"),
    recurring=((ChargePeriod.YEAR, D("3600.00")),),
)
PROPOSAL = Document(
    number="P-2026-000001",
    quote_number="Q-2026-000017",
    version=2,
    title="Extraction for line 4",
    issued_on=date(2026, 11, 21),
    valid_until=date(2026, 12, 31),
    seller=Party(name="Varnholt Vacuum Works", lines=("Verkstedveien 14", "3516 Hønefoss")),
    buyer=Party(name="ACME Manufacturing Inc.", id="ACME", lines=("1200 Foundry Road",)),
    currency="EUR",
    lines=(UNITS, CARE),
    totals=TOTALS,
    terms=("Payment 30 days net.",),
    language="en",
)
HOSTILE = (
    '#eval("panic()") #panic(1) #read("/etc/passwd") #import "@preview/x:1.0.0": *',
    "$ x $$ \\ \\u{1F600} @label <label> *_`[]{}= / + - // /* \" ' ``` #",
    "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}<!--notice-->]]>",
    "שלום עולם مرحبا بالعالم \u202egnitseuq\u202c 漢字 😀👩‍👩‍👧 e\u0301",
    "tab\tline\nline\r\n\x01\x0b\x1f\x7f\ufffe",
    "W" * 10_000,
    "word " * 2_000,
)
"""Texts that would do something where they were taken for markup."""


def hostile(text: str) -> Document:
    """A proposal with `text` in every place that a text from outside can stand in."""
    option = Option(text, text, D(1))
    line = replace(UNITS, sku=text, name=text, unit=text, options=(option,))
    party = Party(name=text, id=text, lines=(text, text))
    totals = replace(TOTALS, taxes=(replace(TOTALS.taxes[0], code=text),))
    return replace(
        PROPOSAL,
        title=text,
        seller=party,
        buyer=party,
        lines=(line,),
        totals=totals,
        terms=(text, text),
    )


def of_lines(count: int) -> Document:
    """A proposal of many lines."""
    lines = tuple(replace(UNITS, number=number + 1) for number in range(count))
    return replace(PROPOSAL, lines=lines)
