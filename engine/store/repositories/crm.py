"""What CRMs call our accounts, and their opportunities, to rows and back."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlmodel import Session

from engine.customers.opportunity import CrmName, Opportunity
from engine.store.columns import utc
from engine.store.repositories.mapper import overwrite
from engine.store.tables.crm import CrmAccountRow, OpportunityRow
from engine.store.tables.quotes import QuoteRow
from engine.store.tables.row import table

_LINKS = table(CrmAccountRow)
_OPPORTUNITIES = table(OpportunityRow)
_QUOTES = table(QuoteRow)
_GONE = ("declined", "deleted")


class CrmAccounts:
    """The accounts of one tenant, by the keys that CRMs know them by."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def find(self, named: CrmName) -> str | None:
        """The id of the account that is called so, if any is."""
        mine = select(_LINKS.c.account).where(
            _LINKS.c.tenant_id == self._tenant_id,
            _LINKS.c.crm == named.crm,
            _LINKS.c.external_id == named.external_id,
        )
        account: str | None = self._session.connection().scalar(mine)
        return account

    def is_of_others(self, crm: str, account: str) -> bool:
        """Whether another CRM than `crm` knows the account."""
        theirs = select(_LINKS.c.account).where(
            _LINKS.c.tenant_id == self._tenant_id,
            _LINKS.c.account == account,
            _LINKS.c.crm != crm,
        )
        return self._session.connection().scalar(theirs.limit(1)) is not None

    def link(self, named: CrmName, account: str) -> None:
        """Keep that a CRM calls the account so."""
        values = {
            "tenant_id": self._tenant_id,
            "crm": named.crm,
            "external_id": named.external_id,
            "account": account,
        }
        overwrite(self._session.connection(), _LINKS, values)


class Opportunities:
    """The opportunities of one tenant."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def find(self, named: CrmName) -> Opportunity | None:
        """The opportunity that is called so, if there is one."""
        columns = _OPPORTUNITIES.c
        found = self._found(columns.crm == named.crm, columns.external_id == named.external_id)
        return next(iter(found), None)

    def is_taken(self, id: str) -> bool:
        """Whether an opportunity has this id."""
        return bool(self._found(_OPPORTUNITIES.c.id == id))

    def of_account(self, account: str) -> list[Opportunity]:
        """The opportunities of an account."""
        return self._found(_OPPORTUNITIES.c.account == account)

    def put(self, opportunity: Opportunity) -> None:
        """Keep an opportunity in place of what was kept under its id."""
        overwrite(self._session.connection(), _OPPORTUNITIES, _values(self._tenant_id, opportunity))

    def quotes(
        self, account: str, opportunity_ids: Iterable[str | None]
    ) -> dict[str | None, list[str]]:
        """The ids of an account's quotes for opportunities (None: for none), the newest first.

        Those that were declined or deleted are left out.
        """
        asked = list(opportunity_ids)
        named = [each for each in asked if each is not None]
        of = _QUOTES.c.opportunity_id.in_(named)
        mine = select(_QUOTES.c.opportunity_id, _QUOTES.c.id).where(
            _QUOTES.c.tenant_id == self._tenant_id,
            _QUOTES.c.account == account,
            of | _QUOTES.c.opportunity_id.is_(None) if None in asked else of,
            _QUOTES.c.status.not_in(_GONE),
        )
        found: dict[str | None, list[str]] = {}
        ordered = mine.order_by(_QUOTES.c.id.desc())
        for opportunity_id, quote_id in self._session.connection().execute(ordered):
            found.setdefault(opportunity_id, []).append(quote_id)
        return found

    def _found(self, *which: ColumnElement[bool]) -> list[Opportunity]:
        mine = select(_OPPORTUNITIES).where(_OPPORTUNITIES.c.tenant_id == self._tenant_id, *which)
        ordered = mine.order_by(_OPPORTUNITIES.c.id)
        return [_opportunity(row) for row in self._session.connection().execute(ordered)]


def _values(tenant_id: str, noun: Opportunity) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "id": noun.id,
        "crm": noun.named.crm,
        "external_id": noun.named.external_id,
        "account": noun.account,
        "name": noun.name,
        "amount": noun.amount,
        "currency": noun.currency,
        "stage": noun.stage,
        "probability": noun.probability,
        "close_date": noun.close_date,
        "created_at": noun.created_at,
        "updated_at": noun.updated_at,
    }


def _opportunity(row: Row[Any]) -> Opportunity:
    return Opportunity(
        id=row.id,
        named=CrmName(crm=row.crm, external_id=row.external_id),
        account=row.account,
        name=row.name,
        amount=row.amount,
        currency=row.currency,
        stage=row.stage,
        probability=row.probability,
        close_date=row.close_date,
        created_at=utc(row.created_at),
        updated_at=utc(row.updated_at),
    )
