"""Units of work: what a verb may reach, bound to one tenant and one transaction."""

from collections.abc import Mapping

from sqlmodel import Session

from engine.events.event import Event, Happened
from engine.events.types import EventType
from engine.kernel.clock import Clock
from engine.kernel.ids import Ids
from engine.ports.effects import EffectKind
from engine.store.repositories.api_keys import ApiKeys
from engine.store.repositories.billing import BillingPushes
from engine.store.repositories.catalogues import Catalogues
from engine.store.repositories.chores import Chores
from engine.store.repositories.connections import Connections, Handovers, PushSteps
from engine.store.repositories.contracts import Contracts
from engine.store.repositories.crm import CrmAccounts, Opportunities
from engine.store.repositories.effects import Effects
from engine.store.repositories.events import Events
from engine.store.repositories.idempotency import IdempotencyKeys
from engine.store.repositories.numbers import Numbers
from engine.store.repositories.order_changes import OrderChanges
from engine.store.repositories.order_reports import OrderHistory, OrderReports
from engine.store.repositories.orders import Orders
from engine.store.repositories.outbox import Outbox
from engine.store.repositories.proposals import ProposalAddresses, Proposals
from engine.store.repositories.pushes import Pushes
from engine.store.repositories.quotations import Quotations
from engine.store.repositories.quote_handlers import QuoteHandlers
from engine.store.repositories.quote_versions import QuoteHistory, QuoteVersions
from engine.store.repositories.quotes import Quotes
from engine.store.repositories.signatures import Signatures, SigningConnections
from engine.store.repositories.subscriptions import Subscriptions, SubscriptionSecrets
from engine.store.repositories.tenants import Tenants
from engine.store.repositories.users import Users


class Reading:
    """One consistent view of one tenant's data; the database refuses every write."""

    def __init__(self, session: Session, tenant_id: str, clock: Clock, ids: Ids) -> None:
        self.tenant_id = tenant_id
        self.clock = clock
        self.ids = ids
        self.catalogues = Catalogues(session, tenant_id)
        self.quote_handlers = QuoteHandlers(session, tenant_id)
        self.quotes = Quotes(session, tenant_id, self.quote_handlers)
        self.quotations = Quotations(session, tenant_id, self.quote_handlers)
        self.quote_versions = QuoteVersions(session, tenant_id)
        self.quote_history = QuoteHistory(session, tenant_id)
        self.orders = Orders(session, tenant_id)
        self.contracts = Contracts(session, tenant_id)
        self.order_changes = OrderChanges(session, tenant_id)
        self.order_history = OrderHistory(session, tenant_id)
        self.order_reports = OrderReports(session, tenant_id)
        self.billing_pushes = BillingPushes(session, tenant_id)
        self.crm_accounts = CrmAccounts(session, tenant_id)
        self.opportunities = Opportunities(session, tenant_id)
        self.proposals = Proposals(session, tenant_id)
        self.signatures = Signatures(session, tenant_id)
        self.numbers = Numbers(session, tenant_id)
        self.users = Users(session, tenant_id)
        self.idempotency_keys = IdempotencyKeys(session, tenant_id)
        self.events = Events(session, tenant_id)
        self.subscriptions = Subscriptions(session, tenant_id)
        self.effects = Effects(session, tenant_id, clock, ids)
        self.chores = Chores(session, tenant_id)
        self.connections = Connections(session, tenant_id)
        self.handovers = Handovers(session, tenant_id)
        self.push_steps = PushSteps(session, tenant_id)
        self.pushes = Pushes(session, tenant_id)


class UnitOfWork(Reading):
    """One transaction on one tenant's data: all of it happens, or none.

    What is emitted becomes events when the transaction is about to commit, with the deliveries
    they call for: no change is without its event, and no event without its change.
    """

    def __init__(self, session: Session, tenant_id: str, clock: Clock, ids: Ids) -> None:
        super().__init__(session, tenant_id, clock, ids)
        self._emitted: list[Happened] = []

    def emit(self, event_type: EventType, subject: str, data: Mapping[str, object]) -> None:
        """Say that something happened to `subject`; `data` is JSON."""
        happened = Happened(type=event_type.value, subject=subject, at=self.clock.now(), data=data)
        self._emitted.append(happened)

    def seal(self) -> list[Event]:
        """Write what was counted and make events of what was emitted, at the very end.

        The tenant's counts and then its chain are locked last, and for a moment only.
        """
        self.quote_handlers.settle()
        emitted, self._emitted = self._emitted, []
        if not emitted:
            return []
        told = self.events.add(emitted, self.ids)
        self.effects.owe_all(
            (EffectKind.WEBHOOK, each.id, event.id, {})
            for each in self.subscriptions.active()
            for event in told
            if each.wants(event.type)
        )
        return told


class Administration:
    """One transaction on the tenants themselves."""

    def __init__(self, session: Session) -> None:
        self.tenants = Tenants(session)
        self.api_keys = ApiKeys(session)
        self.signing_connections = SigningConnections(session)
        self.outbox = Outbox(session)
        self.subscription_secrets = SubscriptionSecrets(session)
        self.proposal_addresses = ProposalAddresses(session)
