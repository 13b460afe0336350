"""Modelling: the models of configurators, read from the documents they are kept as."""

from decimal import Decimal
from typing import Any

import msgspec

from engine.catalog.cells import BadCell
from engine.catalog.configurator import Configurator
from engine.configuration import definition
from engine.kernel.errors import Invalid


def judge(configurator: Configurator) -> None:
    """Raise BadCell where a configurator's model cannot be read."""
    try:
        definition.read(model_document(configurator))
    except Invalid as refusal:
        first = refusal.findings[0]
        told = ", ".join(f"{name} {value}" for name, value in first.params.items() if value)
        raise BadCell(first.where, f"{first.code}: {told}"[:200]) from None


def model_document(configurator: Configurator) -> dict[str, Any]:
    """The document of a configurator's model."""
    found: dict[str, Any] = _decode(configurator.source)
    return found


_decode = msgspec.json.Decoder(float_hook=Decimal).decode
