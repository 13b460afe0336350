"""The price explanation: the waterfall, one sentence a step, in a line's extra fields."""

from functools import lru_cache
from xml.sax.saxutils import quoteattr

from connector.superoffice import texts
from connector.superoffice.carriers import Carrier
from engine.catalog.extra_data import from_xml
from engine.pricing.figures import Master
from engine.pricing.waterfall import AdjustmentKind, Bar, StepCode, Waterfall
from engine.quotes.line import PricedLine

_SENTENCES = {
    (StepCode.LIST, None): "step_list",
    (StepCode.AGREEMENT, AdjustmentKind.PERCENT): "step_agreement_percent",
    (StepCode.AGREEMENT, AdjustmentKind.OVERRIDE): "step_agreement_fixed",
    (StepCode.VOLUME, AdjustmentKind.PERCENT): "step_volume",
    (StepCode.VOLUME, AdjustmentKind.OVERRIDE): "step_volume_price",
    (StepCode.PROMOTION, AdjustmentKind.PERCENT): "step_promotion_percent",
    (StepCode.PROMOTION, AdjustmentKind.AMOUNT): "step_promotion_amount",
    (StepCode.PROMOTION, AdjustmentKind.OVERRIDE): "step_promotion_price",
    (StepCode.CHANNEL, AdjustmentKind.PERCENT): "step_channel",
}


def explain(carrier: Carrier, priced: PricedLine, culture: str) -> None:
    """Put the explanation of `priced` into the line's extra fields, replacing an older one."""
    labels = texts.every("step_label")
    had = carrier.get("ExtraInfo") or _in_xml(carrier.get("RawExtraInfo"))
    fields = [each for each in had if each and each.get("Name") not in labels]
    said = sentences(priced, carrier.get("QuantityUnit") or "", texts.language_of(culture))
    if not said and len(fields) == len(had):
        return
    fields += said
    carrier["ExtraInfo"] = fields
    carrier["RawExtraInfo"] = as_xml(fields)


def sentences(priced: PricedLine, unit: str, language: str) -> list[Carrier]:
    """An extra field for every step that changed the price, the list price first."""
    waterfall = priced.waterfall
    if waterfall is None:
        return []
    steps = list(_steps(waterfall, unit, language))
    if priced.line.master is not Master.NONE and priced.figures is not None:
        said = texts.say(
            "step_manual",
            language,
            value=priced.figures.discount_percent,
            amount=priced.figures.discount_amount,
            currency=waterfall.currency.code,
        )
        steps.append(_step(said, language))
    return steps


def as_xml(fields: list[Carrier]) -> str:
    """The extra fields in the raw form: `<Fields><Field Name Type>CDATA</Field>…</Fields>`."""
    if not fields:
        return ""
    parts = [
        f"{_opening(each.get('Name'), each.get('Type'))}{_held(each.get('Value'))}]]></Field>"
        for each in fields
    ]
    return f"<Fields>{''.join(parts)}</Fields>"


def _in_xml(raw: str | None) -> list[Carrier]:
    """The fields that are given as XML only."""
    data, _ = from_xml(raw) if raw else ((), ())
    return [{"Name": each.name, "Value": each.value, "Type": each.kind.value} for each in data]


def _held(value: str | None) -> str:
    """The text of a CDATA section, which may not hold its own end."""
    if not value:
        return ""
    return value.replace("]]>", "]]]]><![CDATA[>") if "]]>" in value else value


@lru_cache(maxsize=1024)
def _opening(name: str | None, kind: str | None) -> str:
    return f"<Field Name={quoteattr(name or '')} Type={quoteattr(kind or 'String')}><![CDATA["


@lru_cache(maxsize=20_000)
def _steps(waterfall: Waterfall, unit: str, language: str) -> tuple[Carrier, ...]:
    """The steps of one shared waterfall, worked out once for all lines it prices."""
    currency = waterfall.currency.code
    return tuple(
        _step(_sentence(bar, currency, unit, language), language)
        for bar in waterfall.bars
        if bar.skipped_because is None
    )


def _step(said: str, language: str) -> Carrier:
    return {"Name": texts.say("step_label", language), "Value": said, "Type": "String"}


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
        unit=f" {unit}" if unit else "",
        currency=currency,
    )
