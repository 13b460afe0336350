"""The ports of a hub: what leads to the systems outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.ports.erp import Erp

if TYPE_CHECKING:
    from engine.ports.billing import Billing
    from engine.ports.connections import Adapters
    from engine.ports.signing import Confirming
    from engine.ports.webhooks import Receivers


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Systems outside by the names that routing and billing know them by.

    `adapters` lead to the systems that tenants have connected. `usual_erp` takes what is routed
    to a system without a port or connection of its own. `test_targets` are
    the receivers on this machine that may be told of events.
    """

    erp: Mapping[str, Erp] = field(default_factory=lambda: MappingProxyType({}))
    usual_erp: Erp | None = None
    billing: "Mapping[str, Billing]" = field(default_factory=lambda: MappingProxyType({}))
    receivers: "Receivers | None" = None
    test_targets: frozenset[str] = frozenset()
    signing: "Confirming | None" = None
    adapters: "Adapters | None" = None

    def erp_of(self, system: str) -> Erp | None:
        """Who takes orders for `system`."""
        return self.erp.get(system, self.usual_erp)


NO_PORTS = Ports()
