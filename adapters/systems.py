"""The adapters there are, and the systems that were opened through them."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from adapters.billing.stripe.billing import StripeBilling
from adapters.billing.vayu.billing import VayuBilling
from adapters.crm.salesforce import SalesforceCrm
from adapters.crm.superoffice import SuperOfficeCrm
from adapters.erp.business_central.adapter import BusinessCentralErp
from adapters.erp.generic.erp import GenericErp
from adapters.erp.odoo.erp import OdooErp
from adapters.erp.sap.adapter import SapErp
from adapters.erp.tryton.erp import TrytonErp
from adapters.http import Guard
from adapters.rest import USUAL
from adapters.watch import AT_ONCE, Watch
from engine.kernel.errors import Unavailable
from engine.ports.billing import Billing
from engine.ports.connections import Access
from engine.ports.crm import Crm
from engine.ports.erp import Erp
from engine.ports.outcomes import Declined

System = Erp | Billing | Crm
Open = Callable[[Access, Guard], Any]
_MOST_OPEN = 1_000
_MOST_A_SECOND = 1_000
_PER_SECOND, _AT_ONCE = "calls_per_second", "calls_at_once"
ADAPTERS: Mapping[str, Mapping[str, Open]] = {
    "erp": {
        "tryton": TrytonErp,
        "sap": SapErp,
        "business_central": BusinessCentralErp,
        "odoo": OdooErp,
        "generic": GenericErp,
    },
    "billing": {"vayu": VayuBilling, "stripe": StripeBilling},
    "crm": {"superoffice": SuperOfficeCrm, "salesforce": SalesforceCrm},
}
"""The adapters by what a system is for, and by name."""


class Systems:
    """Systems by how they are reached; each is watched as long as that does not change.

    `guard` bounds every call.
    """

    def __init__(
        self, guard: Guard = USUAL, adapters: Mapping[str, Mapping[str, Open]] = ADAPTERS
    ) -> None:
        self._adapters = adapters
        self._guard = guard
        self._lock = Lock()
        self._open: dict[tuple[str, str, str, int], Any] = {}

    def anew(self) -> "Systems":
        until = time.monotonic() + self._guard.seconds
        return Systems(replace(self._guard, until=until), self._adapters)

    def names(self, kind: str) -> tuple[str, ...]:
        return tuple(self._adapters.get(kind, ()))

    def fault(self, kind: str, access: Access) -> str:
        """What is wrong with an address or an option; no system is asked."""
        try:
            self._guard.check(access.url)
            _watch(access)
        except Unavailable as error:
            return error.detail
        except ValueError as error:
            return str(error)
        return "" if urlsplit(access.url).hostname else f"{kind} has no address"

    def erp(self, access: Access) -> Erp:
        found: Erp = self._opened("erp", access)
        return found

    def billing(self, access: Access) -> Billing:
        found: Billing = self._opened("billing", access)
        return found

    def crm(self, access: Access) -> Crm:
        found: Crm = self._opened("crm", access)
        return found

    def _opened(self, kind: str, access: Access) -> Any:  # noqa: ANN401 (an adapter of that kind)
        key = (kind, access.tenant, access.id or access.system, access.revision)
        with self._lock:
            known = self._open.get(key)
            if known is None:
                known = self._open[key] = self._made(kind, access)
                if len(self._open) > _MOST_OPEN:
                    self._open.pop(next(iter(self._open)))
            return known

    def _made(self, kind: str, access: Access) -> System:
        found = self._adapters[kind].get(access.adapter)
        if found is None:
            raise Declined(f"there is no adapter {access.adapter}")
        try:
            watch = _watch(access)
        except ValueError as error:
            raise Declined(str(error)) from error
        made: System = found(access, replace(self._guard, watch=watch))
        return made


def _watch(access: Access) -> Watch:
    """The watch that the options ask for; ValueError names the option that is wrong."""
    per_second = _number(access, _PER_SECOND, _MOST_A_SECOND)
    at_once = _number(access, _AT_ONCE, AT_ONCE * 4)
    return Watch(per_second, int(at_once or AT_ONCE))


def _number(access: Access, name: str, most: int) -> float | None:
    written = access.options.get(name, "")
    if not written:
        return None
    if not (written.isascii() and written.isdecimal() and 1 <= int(written) <= most):
        raise ValueError(f"{name} is a number from 1 to {most}")
    return float(written)


def inside(targets: Iterable[str]) -> Guard:
    """The guard of calls to tenants' systems; `targets` are those in our own network."""
    plain = [each.removeprefix("http://") for each in targets if each.startswith("http://")]
    others = [each for each in targets if not each.startswith("http://")]
    return replace(
        USUAL,
        inside=frozenset(_target(each) for each in others),
        plain=frozenset(_target(each) for each in plain),
    )


def _target(written: str) -> tuple[str, int]:
    host, _, port = written.rpartition(":")
    return host, int(port)
