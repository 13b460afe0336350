"""Every ERP adapter with what plays the other system; one suite runs for each of them.

To add one, write its peer (see `peer.py`) and an `Entry` here. A peer that is started from an
installed program is `is_real`: `make prove` alone runs those.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from adapters.erp.business_central.adapter import BusinessCentralErp
from adapters.erp.generic.erp import GenericErp
from adapters.erp.odoo.erp import OdooErp
from adapters.erp.sap.adapter import SapErp
from adapters.erp.simulated import SimulatedErp
from adapters.erp.tryton.erp import TrytonErp
from adapters.http import Guard
from engine.ports.connections import Access
from engine.ports.erp import Erp
from tests.adapters.conformance import simulated
from tests.adapters.conformance.peer import ErpPeer
from tests.adapters.erp.business_central import peer as business_central
from tests.adapters.erp.generic import peer as generic
from tests.adapters.erp.odoo import peer as odoo
from tests.adapters.erp.tryton import stub as tryton_stub
from tests.peers import mock_sap, tryton


class Ability(StrEnum):
    """What a peer may be unable to show."""

    NETWORK = "is reached over HTTP"
    MISSES = "knows what it has"
    DENIES = "lets callers in by credentials"
    SHIPS = "ships, and tells it"
    CENTS = "comes to the same net to the cent whatever the price"
    FRACTIONS = "sells parts of a unit"
    WHOLE_UNITS = "refuses parts of a piece"
    YEN = "has a currency without decimals"
    TOTALS = "says what an order comes to"


def _nothing() -> None:
    """There is nothing to prepare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An adapter and its peer; `cannot` says why a case does not apply to them.

    `prepare` makes what takes long, such as an environment. Each call of a push loses its answer
    `losses` times.
    """

    name: str
    start: Callable[[Path], AbstractContextManager[ErpPeer]]
    adapter: Callable[[Access, Guard], Erp]
    is_real: bool = False
    prepare: Callable[[], object] = _nothing
    losses: int = 4
    cannot: Mapping[Ability, str] = field(default_factory=lambda: MappingProxyType({}))


_TOLD = MappingProxyType(
    {
        Ability.MISSES: "it is sent what was ordered, and refuses by itself what it does not have",
        Ability.WHOLE_UNITS: "it is for the receiver to say",
    }
)
REGISTRY = (
    Entry(
        name="simulated",
        start=simulated.peer,
        adapter=lambda access, _: SimulatedErp(Path(access.url)),
        cannot={
            Ability.NETWORK: "its ledger is a file",
            Ability.MISSES: "it takes everything",
            Ability.DENIES: "it knows nobody",
            Ability.SHIPS: "it moves no order",
            Ability.WHOLE_UNITS: "it takes everything",
        },
    ),
    Entry(name="tryton-stub", start=tryton_stub.peer, adapter=TrytonErp),
    Entry(
        name="tryton-sqlite",
        start=lambda _: tryton.on_sqlite(),
        adapter=TrytonErp,
        is_real=True,
        prepare=tryton.seeded_sqlite,
        losses=50,
    ),
    Entry(
        name="tryton-postgresql",
        start=lambda _: tryton.on_postgresql(),
        adapter=TrytonErp,
        is_real=True,
        prepare=tryton.seeded_postgresql,
        losses=10,
    ),
    Entry(
        name="odoo",
        start=odoo.peer,
        adapter=OdooErp,
        cannot={Ability.WHOLE_UNITS: "its units know no whole numbers"},
    ),
    Entry(
        name="business-central",
        start=business_central.peer,
        adapter=BusinessCentralErp,
        cannot={Ability.WHOLE_UNITS: "its service does not tell which units are whole"},
    ),
    Entry(
        name="sap",
        start=lambda _: mock_sap.running(),
        adapter=SapErp,
        is_real=True,
        prepare=mock_sap.program,
        cannot={
            Ability.WHOLE_UNITS: "its units know no whole numbers",
            Ability.TOTALS: "it prices nothing",
        },
    ),
    Entry(name="generic-json", start=generic.json_peer, adapter=GenericErp, cannot=_TOLD),
    Entry(name="generic-ubl", start=generic.ubl_peer, adapter=GenericErp, cannot=_TOLD),
)
