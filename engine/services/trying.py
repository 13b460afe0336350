"""Trying: what a push would meet, found out before anything is sent.

A system is asked with no transaction open, as if it had never been asked before. What was found
out is kept only where nobody has changed the connection meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.connections.connection import Connection, ConnectionKind, ConnectionStatus
from engine.kernel.errors import IllegalTransition, Invalid
from engine.kernel.finding import Finding, Severity
from engine.ports.billing import BillingDocument, BillingPlan
from engine.ports.connections import Access, Adapters
from engine.ports.erp import ErpPlan, OrderDocument
from engine.ports.outcomes import Declined, Denied, PushError
from engine.pricing.snapshot import Snapshot
from engine.services import administering, charging, connecting, foreseeing
from engine.services.charging import Bill, Systems
from engine.store.unit_of_work import Reading, UnitOfWork
from engine.tenants.secrets import KeyRing


@dataclass(frozen=True, slots=True)
class Trial:
    """A connection as it is tried, and how its system is reached."""

    connection: Connection
    access: Access

    def hidden(self, said: str) -> str:
        """What a system said, without the credentials that it repeats."""
        return self.access.hidden(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a trial: who we are there and what will not work, or why it did not succeed."""

    identity: str = ""
    troubles: tuple[str, ...] = ()
    reason: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_denied: bool = False

    @property
    def is_ok(self) -> bool:
        return not self.reason and not self.troubles


@dataclass(frozen=True, slots=True)
class Draft:
    """A system's part of an order, to be looked at there."""

    trial: Trial
    document: OrderDocument | BillingDocument
    order_id: str
    order_number: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What would be handed over; it is ready where nothing is missing and no money is lost."""

    draft: Draft
    plan: ErpPlan | BillingPlan

    @property
    def is_ready(self) -> bool:
        return not self.plan.misses and not any(each.amount for each in self.plan.losses)


def trial(reading: Reading, keyring: KeyRing, system: str) -> Trial:
    """How a system is reached. NotFound; Conflict where no key opens its credentials."""
    connection = administering.found(reading, system)
    administering.opened(connection, reading.tenant_id, keyring)
    return Trial(connection, connecting.access_of(connection, reading.tenant_id, keyring))


def check(adapters: Adapters, tried: Trial) -> Verdict:
    """What a system says to everything that a push needs."""
    try:
        system = connecting.system_of(adapters.anew(), tried.connection.kind, tried.access)
        checked = system.check()
    except PushError as error:
        return refused(tried, error)
    return Verdict(
        identity=tried.hidden(checked.identity),
        troubles=tuple(tried.hidden(each) for each in checked.troubles),
    )


def refused(tried: Trial, error: PushError) -> Verdict:
    """What it comes to that a system did not answer as it was asked."""
    fields = error.fields if isinstance(error, Declined) else {}
    return Verdict(
        reason=tried.hidden(str(error)),
        fields={tried.hidden(where): tried.hidden(why) for where, why in fields.items()},
        is_denied=isinstance(error, Denied),
    )


def concluded(uow: UnitOfWork, tried: Trial, verdict: Verdict) -> Connection:
    """The connection after it was tried: locked where it lets us in no longer, free where it does.

    NotFound where it was removed meanwhile.
    """
    now = uow.connections.get(tried.connection.id, lock=True)
    if now.revision != tried.connection.revision:
        return now
    if verdict.is_denied:
        return connecting.lock(uow, now.id, verdict.reason)
    if verdict.is_ok and now.status is ConnectionStatus.LOCKED:
        return connecting.resume(uow, now.id)
    return now


def drafted(reading: Reading, data: Snapshot, systems: Systems, tried: Trial, order: str) -> Draft:
    """What a system would be handed of an order, by id or number.

    NotFound where there is no such order, Invalid where there is nothing to hand over,
    IllegalTransition where the system lets us in no longer.
    """
    connection = tried.connection
    found = reading.orders.find_by_number(order) or reading.orders.get(order)
    if connection.kind is ConnectionKind.CRM:
        raise _nothing("no_dry_run", "")
    if connection.status is ConnectionStatus.LOCKED:
        raise IllegalTransition(f"{connection.system} lets us in no longer: test it first")
    document: OrderDocument | BillingDocument
    if connection.kind is ConnectionKind.BILLING:
        bill = Bill(quote_id=found.quote_id, system=connection.system)
        document = charging.preview(reading, data, systems, bill).document
    else:
        document = foreseeing.part_of(reading, data, found, connection.system)
        if not document.lines:
            raise _nothing("nothing_for_system", "order_id")
    return Draft(tried, document, found.id, found.number)


def planned(adapters: Adapters, draft: Draft) -> Planned:
    """What a push would do. Raises the outcomes of the ports."""
    fresh, access = adapters.anew(), draft.trial.access
    if isinstance(draft.document, BillingDocument):
        return Planned(draft, fresh.billing(access).plan(draft.document))
    return Planned(draft, fresh.erp(access).plan(draft.document))


def _nothing(code: str, where: str) -> Invalid:
    return Invalid("there is nothing to plan", [Finding(Severity.ERROR, code, where=where)])
