"""Rows of an upload become the sales stages of CRMs."""

from typing import Final

from engine.catalog.cells import Cells
from engine.customers.stage import Stage

STAGE: Final = frozenset(("id", "version", "valid_from", "valid_to", "crm", "stage", "probability"))


def stage(cells: Cells) -> Stage:
    """The sales stage a row describes."""
    crm, word = cells.key("crm").lower(), cells.key("stage").lower()
    return Stage(
        id=cells.optional("id") or f"{crm}:{word}",
        crm=crm,
        stage=word,
        probability=cells.percentage("probability"),
        version=cells.whole("version") or 1,
        validity=cells.period(),
    )
