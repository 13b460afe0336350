"""Configurators: which options a product may be built with, as a document."""

from dataclasses import dataclass

import msgspec

from engine.catalog.cells import Cells
from engine.kernel.period import ALWAYS, Period

ROW = frozenset(("id", "name", "version", "valid_from", "valid_to", "variables", "rules"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Configurator:
    """A configuration model, kept as the JSON text of its `variables` and `rules`."""

    id: str
    name: str
    source: str
    version: int = 1
    validity: Period = ALWAYS


def configurator(cells: Cells) -> Configurator:
    """The configurator a row describes; what its model says is judged elsewhere."""
    key = cells.key("id")
    document = {name: cells.value(name) or () for name in ("variables", "rules")}
    return Configurator(
        id=key,
        name=cells.text("name") or key,
        source=_encode(document).decode(),
        version=cells.whole("version") or 1,
        validity=cells.period(),
    )


_encode = msgspec.json.Encoder(decimal_format="number").encode
