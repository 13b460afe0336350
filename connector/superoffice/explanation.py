"""The price explanation: the waterfall, one sentence a step, in a line's extra fields."""

from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr

from connector.superoffice import texts
from connector.superoffice.carriers import Carrier
from engine.pricing.figures import Master
from engine.pricing.waterfall import AdjustmentKind, Bar, StepCode
from engine.quotes.line import PricedLine

_SENTENCES = {
    (StepCode.LIST, None): "step_list",
    (StepCode.AGREEMENT, AdjustmentKind.PERCENT): "step_agreement_percent",
    (StepCode.AGREEMENT, AdjustmentKind.OVERRIDE): "step_agreement_fixed",
    (StepCode.VOLUME, AdjustmentKind.PERCENT): "step_volume",
}


def explain(carrier: Carrier, priced: PricedLine, culture: str) -> None:
    """Put the explanation of `priced` into the line's extra fields, replacing an older one."""
    labels = texts.every("step_label")
    kept = [
        each for each in carrier.get("ExtraInfo") or [] if each and each.get("Name") not in labels
    ]
    language = texts.language_of(culture)
    label = texts.say("step_label", language)
    said = sentences(priced, carrier.get("QuantityUnit") or "", language)
    steps = [{"Name": label, "Value": value, "Type": "String"} for value in said]
    carrier["ExtraInfo"] = [*kept, *steps]
    carrier["RawExtraInfo"] = as_xml(carrier["ExtraInfo"])


def sentences(priced: PricedLine, unit: str, language: str) -> list[str]:
    """One sentence for every step that changed the price, the list price first."""
    if priced.waterfall is None:
        return []
    currency = priced.waterfall.currency.code
    said = [
        _sentence(bar, currency, unit, language)
        for bar in priced.waterfall.bars
        if bar.skipped_because is None
    ]
    if priced.figures is not None and priced.line.master is not Master.NONE:
        figures = priced.figures
        said.append(
            texts.say(
                "step_manual",
                language,
                value=figures.discount_percent,
                amount=figures.discount_amount,
                currency=currency,
            )
        )
    return said


def as_xml(fields: list[dict[str, Any]]) -> str:
    """The extra fields in the raw form: `<Fields><Field Name Type>CDATA</Field>…</Fields>`."""
    if not fields:
        return ""
    parts = (
        f"<Field Name={quoteattr(each.get('Name') or '')}"
        f" Type={quoteattr(str(each.get('Type') or 'String'))}>"
        f"<![CDATA[{(each.get('Value') or '').replace(']]>', ']]]]><![CDATA[>')}]]></Field>"
        for each in fields
    )
    return f"<Fields>{''.join(parts)}</Fields>"


@lru_cache(maxsize=4096)
def _sentence(bar: Bar, currency: str, unit: str, language: str) -> str:
    adjustment = bar.adjustment
    code = _SENTENCES[bar.code, adjustment.kind if adjustment else None]
    return texts.say(
        code,
        language,
        before=bar.before,
        after=bar.after,
        value=adjustment.value if adjustment else None,
        starts_at=bar.starts_at,
        rule=bar.rule.name if bar.rule else "",
        unit=unit,
        currency=currency,
    )
