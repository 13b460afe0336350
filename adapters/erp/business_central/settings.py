"""How a tenant's Business Central is set up: the options and credentials of its connection."""

from dataclasses import dataclass
from urllib.parse import quote

from adapters.erp.odata.doors import Client
from adapters.erp.odata.literals import guid
from adapters.erp.odata.orders import not_set
from engine.ports.connections import Access, TableName
from engine.ports.outcomes import Declined

_NEEDED = ("tenant_id", "environment", "company_id")
_CREDENTIALS = ("client_id", "client_secret")
_TOKENS = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
_SCOPE = "https://api.businesscentral.dynamics.com/.default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of a connection; docs/adapters.md says what they are for."""

    service: str
    payment_term: str
    payment_term_there: str
    removes_to_cancel: bool
    client: Client

    @classmethod
    def of(cls, access: Access) -> "Settings":
        options = access.options
        tenant = quote(options.get("tenant_id", ""), safe="")
        environment = quote(options.get("environment", ""), safe="")
        company = quote(options.get("company_id", ""), safe="-")
        root = f"{access.url.rstrip('/')}/v2.0/{tenant}/{environment}/api/v2.0"
        term = options.get("payment_term", "")
        return cls(
            service=f"{root}/companies({company})",
            payment_term=term,
            payment_term_there=access.tables.theirs(TableName.PAYMENT_TERM, term) if term else "",
            removes_to_cancel=options.get("cancel") == "delete",
            client=Client(
                url=options.get("token_url") or _TOKENS.format(tenant=tenant),
                id=access.credentials.get("client_id", ""),
                secret=access.credentials.get("client_secret", ""),
                scope=options.get("scope", _SCOPE),
            ),
        )


def check(access: Access) -> None:
    """Declined where the connection is not set up."""
    found = not_set(access.options, _NEEDED, "options")
    found |= not_set(access.credentials, _CREDENTIALS, "credentials")
    try:
        guid(access.options.get("company_id", ""))
    except Declined as error:
        found.setdefault("options/company_id", error.reason)
    if found:
        raise Declined("the connection is not set up", found)
