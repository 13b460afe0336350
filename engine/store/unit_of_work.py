"""Units of work: what a verb may reach, bound to one tenant and one transaction."""

from sqlmodel import Session

from engine.kernel.clock import Clock
from engine.kernel.ids import Ids
from engine.store.repositories.api_keys import ApiKeys
from engine.store.repositories.catalogues import Catalogues
from engine.store.repositories.idempotency import IdempotencyKeys
from engine.store.repositories.numbers import Numbers
from engine.store.repositories.orders import Orders
from engine.store.repositories.quote_versions import QuoteHistory, QuoteVersions
from engine.store.repositories.quotes import Quotes
from engine.store.repositories.tenants import Tenants


class Reading:
    """One consistent view of one tenant's data; the database refuses every write."""

    def __init__(self, session: Session, tenant_id: str, clock: Clock, ids: Ids) -> None:
        self.tenant_id = tenant_id
        self.clock = clock
        self.ids = ids
        self.catalogues = Catalogues(session, tenant_id)
        self.quotes = Quotes(session, tenant_id)
        self.quote_versions = QuoteVersions(session, tenant_id)
        self.quote_history = QuoteHistory(session, tenant_id)
        self.orders = Orders(session, tenant_id)
        self.numbers = Numbers(session, tenant_id)
        self.idempotency_keys = IdempotencyKeys(session, tenant_id)


class UnitOfWork(Reading):
    """One transaction on one tenant's data: all of it happens, or none."""


class Administration:
    """One transaction on the tenants themselves."""

    def __init__(self, session: Session) -> None:
        self.tenants = Tenants(session)
        self.api_keys = ApiKeys(session)
