"""A document as people read it: every value in words, the same for the page and for the PDF."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from connector.documents.speech import Speech
from engine.catalog.charge import ChargeType
from engine.pricing.figures import share
from engine.proposals.document import Document, DocumentLine, Party, Step, StepWord, Template

View = dict[str, Any]
_FULL = Decimal(1000)
_SNAKE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
USUAL_ACCENT = "#1c4f82"


def view_of(document: Document, fingerprint: str) -> View:
    """The texts of a document, in its language."""
    speech = Speech(document.language, document.currency)
    with_steps = document.template is Template.STANDARD
    return {
        "language": speech.tag,
        "words": speech.words,
        "accent": document.accent or USUAL_ACCENT,
        "number": document.number,
        "title": document.title,
        "quote": document.quote_number,
        "version": speech.say("version", version=str(document.version)),
        "date": speech.day(document.issued_on),
        "issued_on": document.issued_on.isoformat(),
        "valid_until": speech.day(document.valid_until) if document.valid_until else "",
        "seller": _party(document.seller),
        "buyer": _party(document.buyer) if document.buyer else None,
        "currency": speech.say("currency", currency=document.currency),
        "lines": [_line(speech, each, with_steps=with_steps) for each in document.lines],
        "discounted": any(each.discount_total for each in document.lines),
        "sums": _sums(speech, document),
        "total": speech.money(document.totals.total),
        "parts": _parts(speech, document),
        "terms": list(document.terms),
        "validity": speech.say("validity", day=speech.day(document.valid_until))
        if document.valid_until
        else "",
        "signature": speech.say("signature", buyer=document.buyer.name if document.buyer else "…"),
        "fingerprint": fingerprint,
    }


def _party(party: Party) -> View:
    return {"name": party.name, "lines": list(party.lines)}


def _line(speech: Speech, line: DocumentLine, *, with_steps: bool) -> View:
    off = share(line.discount_total, line.list_total)
    return {
        "number": str(line.number),
        "sku": line.sku,
        "name": line.name,
        "quantity": f"{speech.number(line.quantity)} {line.unit}".strip(),
        "charged": _charged(speech, line),
        "options": [
            {
                "variable": _spoken(each.variable),
                "value": each.value,
                "price": speech.change(each.price) if each.price else "",
            }
            for each in line.options
        ],
        "unit_price": speech.unit_price(line.net_unit_price),
        "list": speech.amount(line.list_total),
        "discount": speech.percent(off) if line.discount_total else "",
        "amount": speech.amount(line.net_total),
        "steps": _steps(speech, line.steps) if with_steps and len(line.steps) > 1 else [],
    }


def _spoken(name: str) -> str:
    """A name that was made for programs (`coverage_level`) as people write it."""
    return name.replace("_", " ").capitalize() if _SNAKE.fullmatch(name) else name


def _charged(speech: Speech, line: DocumentLine) -> str:
    """How often the unit price is due, and for how long; nothing where it is due once."""
    if line.charge is ChargeType.USAGE:
        return speech.words["usage"]
    told = [] if line.period is None else [speech.words[line.period.value]]
    if line.term_months is not None:
        told.append(speech.months(line.term_months))
    if line.start_date is not None:
        told.append(speech.say("starts", day=speech.day(line.start_date)))
    if line.end_date is not None:
        told.append(speech.say("ends", day=speech.day(line.end_date)))
    return ", ".join(told)


def _steps(speech: Speech, steps: Iterable[Step]) -> list[View]:
    """The steps with a bar each: where it begins and how long it is, in thousandths."""
    every = list(steps)
    reached = [each.after for each in every] + [each.after - each.delta for each in every]
    most = max([*reached, Decimal(1)])
    return [
        {
            "word": speech.words[f"step_{each.word.value}"],
            "change": "" if each.word is StepWord.LIST else speech.change(each.delta),
            "after": speech.unit_price(each.after),
            "total": speech.amount(each.delta_total),
            "kind": _kind(each),
            **_bar(each, most),
        }
        for each in every
    ]


def _kind(step: Step) -> str:
    if step.word is StepWord.LIST:
        return "whole"
    return "less" if step.delta < 0 else "more"


def _bar(step: Step, most: Decimal) -> View:
    if step.word is StepWord.LIST:
        begins, length = Decimal(0), step.after
    else:
        begins, length = min(step.after, step.after - step.delta), abs(step.delta)
    return {
        "begins": int(max(begins, Decimal(0)) / most * _FULL),
        "length": max(4, int(length / most * _FULL)),
    }


def _sums(speech: Speech, document: Document) -> list[View]:
    """What leads to the total, as label and amount."""
    words, totals = speech.words, document.totals
    sums: list[View] = []
    if totals.discount:
        sums += [
            _sum(words["total_list"], speech.amount(totals.net + totals.discount)),
            _sum(words["discount"], speech.amount(-totals.discount)),
        ]
    sums.append(_sum(words["total_net"], speech.amount(totals.net)))
    for tax in totals.taxes:
        name = "tax_included" if tax.included else "tax"
        label = speech.say(name, rate=speech.percent(tax.rate))
        sums.append(_sum(label, speech.amount(tax.amount)))
    return sums


def _parts(speech: Speech, document: Document) -> list[View]:
    """What is due once and what again and again; nothing where all is due once."""
    totals = document.totals
    if not totals.recurring:
        return []
    once = [_sum(speech.words["one_time"], speech.amount(totals.one_time))]
    return once + [
        _sum(speech.say("recurring", period=speech.words[period.value]), speech.amount(net))
        for period, net in totals.recurring
    ]


def _sum(label: str, amount: str) -> View:
    return {"label": label, "amount": amount}
