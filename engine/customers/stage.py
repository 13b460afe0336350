"""Sales stages: how likely a deal is, by the words of a CRM."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from engine.kernel.period import ALWAYS, Period

_WON = ("won", Decimal(100))
_LOST = ("lost", Decimal(0))
USUAL_STAGES: Mapping[str, Decimal] = MappingProxyType(
    {
        "prospecting": Decimal(10),
        "qualification": Decimal(20),
        "proposal": Decimal(50),
        "negotiation": Decimal(80),
        "verbal": Decimal(90),
        **dict([_WON, _LOST]),
    }
)
"""The probabilities of a CRM whose stages nobody has told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a CRM with the probability (0..100) of deals in it."""

    id: str
    crm: str
    stage: str
    probability: Decimal
    version: int = 1
    validity: Period = ALWAYS


def probability_of(stages: Iterable[Stage], crm: str, word: str, on: date) -> Decimal | None:
    """How likely a deal is in the stage a CRM calls `word`; None where it is no stage there.

    A CRM with stages of its own has these, and `won` and `lost`; others have the usual ones.
    Letter case makes no difference.
    """
    own = sorted(
        (each for each in stages if each.crm == crm.lower() and on in each.validity),
        key=lambda each: each.version,
    )
    known = {each.stage.lower(): each.probability for each in own}
    usual = dict([_WON, _LOST]) if known else USUAL_STAGES
    return {**usual, **known}.get(word.strip().lower())
