"""Pushes by kind: what is asked of which system, and what keeps the outcome.

No transaction is open while a system is asked.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from connector.worker.steps import KeptSteps
from engine.connections.connection import Connection
from engine.connections.handover import Handover
from engine.events.effect import Attempt, Claimed
from engine.hub import Hub
from engine.ports.effects import EffectKind
from engine.ports.erp import Erp, OrderState
from engine.ports.outcomes import Declined, Postponed, PushError, Uncertain
from engine.pricing.snapshot import Snapshot
from engine.services import (
    altering,
    charging,
    following,
    handing_over,
    reaching,
    relaying,
    reporting_back,
)
from engine.services.order_documents import documents_of
from engine.services.reaching import Reach

_READING_SECONDS = 10.0
"""So long orders are read one by one before something else may have its turn."""
_MOST_FAILURES = 2
_LOG = structlog.get_logger()
Keep = Callable[[Any, Attempt], None]
"""Keeps what came of a push, in a transaction of its own."""


class Pushing:
    """Carries pushes out. Threads share it."""

    def __init__(self, hub: Hub, lease: timedelta) -> None:
        self._hub = hub
        self._lease = lease
        self._by_kind = {
            EffectKind.ERP.value: self._hand_over,
            EffectKind.ERP_CHANGE.value: self._alter,
            EffectKind.BILLING.value: self._charge,
            EffectKind.CRM.value: self._report_back,
            EffectKind.POLL.value: self._ask,
        }

    def carried_out(self, claimed: Claimed) -> Keep:
        """Do it once; what keeps that. Raises the outcomes of the ports."""
        effect = claimed.effect
        if relaying.is_given_up(effect):
            raise Declined(relaying.UNHEARD)
        with self._hub.reading(claimed.tenant) as reading:
            reach = reaching.reach_of(reading, self._hub.keyring_if_any, effect)
        if reach.waits:
            return lambda uow, _: reaching.wait(uow, effect)
        try:
            return self._by_kind[effect.kind](claimed, reach)
        except PushError as error:
            raise error if reach.access is None else error.worded(reach.access.hidden) from None

    def _hand_over(self, claimed: Claimed, reach: Reach) -> Keep:
        effect, tenant = claimed.effect, claimed.tenant
        data = self._data(tenant)
        with self._hub.reading(tenant) as reading:
            documents = documents_of(reading, data, effect)
        taken = handing_over.hand_over(
            self._hub.ports, documents, reach, effect, self._steps(claimed)
        )
        return lambda uow, told: handing_over.handed_over(uow, effect, taken, told)

    def _alter(self, claimed: Claimed, reach: Reach) -> Keep:
        effect, tenant = claimed.effect, claimed.tenant
        data = self._data(tenant)
        with self._hub.reading(tenant) as reading:
            asked = altering.alteration(reading, data, effect)
        if reach.access is None:
            return lambda uow, told: altering.unreached(uow, self._hub.ports, effect, told)
        erp = reaching.adapters_of(self._hub.ports).erp(reach.access)
        if asked.is_needed:
            with self._hub.unit_of_work(tenant) as uow:
                altering.begin(uow, effect, asked, self._until())
        try:
            state = altering.alter(erp, asked, f"{effect.id}-{effect.payload['cause']}")
        except Declined:
            with self._hub.unit_of_work(tenant) as uow:
                altering.left(uow, asked)
            raise

        def keep(uow: Any, told: Attempt) -> None:
            self._warn(claimed, altering.altered(uow, effect, asked, state, told))

        return keep

    def _charge(self, claimed: Claimed, reach: Reach) -> Keep:
        effect = claimed.effect
        with self._hub.reading(claimed.tenant) as reading:
            charges = charging.payload(reading, effect.subject)
        billed = relaying.hand_over_charges(
            self._hub.ports, charges, reach, effect, self._steps(claimed)
        )
        return lambda uow, told: relaying.charges_taken(uow, effect, billed, told)

    def _report_back(self, claimed: Claimed, reach: Reach) -> Keep:
        effect = claimed.effect
        with self._hub.reading(claimed.tenant) as reading:
            document = reporting_back.document_of(reading, effect)
        if document is None or reach.access is None:
            return lambda uow, told: relaying.over(uow, effect, told)
        crm = reaching.adapters_of(self._hub.ports).crm(reach.access)
        receipt = crm.write(document, effect.id, self._steps(claimed))
        if receipt.kept:
            why = [each.member for each in receipt.kept]
            _LOG.info("crm_value_kept", tenant=claimed.tenant, effect=effect.id, members=why)
        return lambda uow, told: relaying.over(uow, effect, told)

    def _ask(self, claimed: Claimed, reach: Reach) -> Keep:
        """Ask a system what became of its orders."""
        effect, tenant, connection = claimed.effect, claimed.tenant, reach.connection
        if connection is None or reach.access is None or connection.id != effect.subject:
            return lambda uow, told: relaying.over(uow, effect, told)
        erp = reaching.adapters_of(self._hub.ports).erp(reach.access)
        began = self._hub.clock.now()
        changes = erp.changes(connection.mark or None)
        for state in changes.states:
            self._hear(claimed, connection, state, began)
        with self._hub.unit_of_work(tenant) as uow:
            following.moved(uow, effect, connection, changes, self._until())
        with self._hub.reading(tenant) as reading:
            unread = following.unread(reading, connection, erp.capabilities())
        more = self._read_all(claimed, reach, erp, unread)
        return lambda uow, _: following.followed(uow, effect, connection, changes, more=more)

    def _read_all(
        self, claimed: Claimed, reach: Reach, erp: Erp, unread: Sequence[Handover]
    ) -> bool:
        """Read orders one by one; whether there is more to be read now.

        Each is asked for again in a while, whatever came of it. A system that does not answer
        twice, or is slow, is left alone for now.
        """
        until, failures = time.monotonic() + _READING_SECONDS, 0
        for each in unread:
            if time.monotonic() >= until:
                return True
            if failures == _MOST_FAILURES:
                return False
            failures = 0 if self._read(claimed, reach, erp, each) else failures + 1
        return len(unread) > 0 and not failures

    def _read(self, claimed: Claimed, reach: Reach, erp: Erp, known: Handover) -> bool:
        """Read an order; whether the system told anything of it."""
        began, is_told, trouble = self._hub.clock.now(), True, ""
        try:
            state = erp.read(known.reference)
        except (Declined, Postponed, Uncertain) as error:
            is_told, trouble = isinstance(error, Declined), error.reason
        with self._hub.unit_of_work(claimed.tenant) as uow:
            if not trouble:
                trouble = following.hear(uow, known.system, state, began)
            following.was_read(uow, known)
        self._warn(claimed, trouble if reach.access is None else reach.access.hidden(trouble))
        return is_told

    def _hear(
        self, claimed: Claimed, connection: Connection, state: OrderState, began: datetime
    ) -> None:
        with self._hub.unit_of_work(claimed.tenant) as uow:
            trouble = following.hear(uow, connection.system, state, began)
        self._warn(claimed, trouble)

    def _until(self) -> datetime:
        """How long a claim that is renewed now holds."""
        return self._hub.clock.now() + self._lease

    @staticmethod
    def _warn(claimed: Claimed, trouble: str) -> None:
        if trouble:
            told = {"tenant": claimed.tenant, "effect": claimed.effect.id}
            _LOG.warning("order_not_followed", **told, why=trouble)

    def _data(self, tenant: str) -> Snapshot:
        with self._hub.reading(tenant) as reading:
            revision = reading.catalogues.revision()
        return self._hub.snapshot(tenant, revision)

    def _steps(self, claimed: Claimed) -> KeptSteps:
        return KeptSteps(self._hub, claimed, self._lease)
