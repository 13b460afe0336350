"""A SuperOffice of our own: its login, its keys, and sales that are patched as it documents it."""

import base64
import copy
import re
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from engine.ports.connections import Access, TableName, Tables
from tests.adapters.crm.stub import KEY, PEM, Asked, Reply, Stub
from tests.adapters.identity.keys import key_set

ENVIRONMENT_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CONTEXT, SERIAL = "Cust12345", "1801550193"
SECRET = "app-token-0123456789"
USER_TOKEN = "Quotewright-a1b2c3d4e5"
CLAIM = "http://schemes.superoffice.net/identity/"
ORDER_FIELD, STATE_FIELD, WHEN_FIELD = "SuperOffice:7", "quotewright:state", "SuperOffice:9"
_TOKEN = re.compile(r"(.+)\.(\d{12})\.([A-Za-z0-9+/]+=*)\Z")
_MEMBERS = {"SignedSystemToken", "ApplicationToken", "ContextIdentifier", "ReturnTokenType"}
_STATUSES = {"Open", "Sold", "Lost", "Stalled"}


def sale(number: int, **members: Any) -> dict[str, Any]:  # noqa: ANN401 (members of any kind)
    return {
        "SaleId": number,
        "Heading": "Chairs",
        "Amount": Decimal("1000.0"),
        "Currency": {"Id": 3, "Value": "EUR"},
        "Status": "Open",
        "Rating": {"Id": 4, "Value": "Proposal"},
        "UpdatedDate": "2026-11-20T08:00:00.1234567Z",
        "CustomFields": {ORDER_FIELD: "", STATE_FIELD: "", WHEN_FIELD: None},
        **members,
    }


class SuperOffice(Stub):
    """`now` stamps what is changed; `claims` are put into tokens over the usual ones."""

    def __init__(self) -> None:
        self.sales = {12: sale(12)}
        self.tickets: list[str] = []
        self.ended: set[str] = set()
        self.claims: dict[str, Any] = {}
        self.signing_key = ENVIRONMENT_KEY
        self.minutes: list[str] = []
        self.now = "2026-11-21T12:00:30Z"
        super().__init__()

    def access(self, **options: str) -> Access:
        usual = {"login": self.url, "order_field": ORDER_FIELD, "state_field": STATE_FIELD}
        return Access(
            tenant="t1",
            system="superoffice",
            adapter="superoffice",
            url=f"{self.url}/{CONTEXT}/api",
            credentials={
                "client_secret": SECRET,
                "context": CONTEXT,
                "system_user_token": USER_TOKEN,
                "private_key": PEM,
            },
            options={**usual, **options},
            tables=Tables({TableName.CURRENCY: {"SEK": "5"}}),
        )

    def reply(self, asked: Asked) -> Reply:
        match asked.method, *asked.path:
            case "POST", "Login", "api", "PartnerSystemUser", "Authenticate":
                return self._authenticate(asked)
            case "GET", "login", ".well-known", "jwks":
                return Reply(200, key_set(env=ENVIRONMENT_KEY.public_key()))
            case method, context, "api", "v1", *rest if context == CONTEXT:
                return self._api(method, rest, asked)
        return Reply(404, {"Message": "no such thing"})

    def _authenticate(self, asked: Asked) -> Reply:
        body = asked.json()
        if set(body) != _MEMBERS or body["ReturnTokenType"] != "JWT":
            return Reply(400, {"Message": "The request is invalid."})
        found = _TOKEN.match(body["SignedSystemToken"])
        if found is None or found[1] != USER_TOKEN:
            return _no("no system user token")
        try:
            signature = base64.b64decode(found[3], validate=True)
            said = f"{found[1]}.{found[2]}".encode()
            KEY.public_key().verify(signature, said, PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return _no("the signature is wrong")
        if body["ApplicationToken"] != SECRET or body["ContextIdentifier"] != CONTEXT:
            return _no("the application is not approved")
        self.minutes.append(found[2])
        self.tickets.append(f"7T:ticket{len(self.tickets)}")
        now = int(time.time())
        claims = {
            "iss": "SuperOffice AS",
            "aud": f"spn:{SERIAL}",
            "iat": str(now),
            "nbf": now - 10,
            "exp": now + 300,
            f"{CLAIM}ctx": CONTEXT,
            f"{CLAIM}serial": SERIAL,
            f"{CLAIM}ticket": self.tickets[-1],
            f"{CLAIM}webapi_url": f"{self.url}/{CONTEXT}/api/",
            **self.claims,
        }
        token = jwt.encode(claims, self.signing_key, "RS256", headers={"kid": "env"})
        return Reply(200, {"IsSuccessful": True, "Token": token, "ErrorMessage": None})

    def _api(self, method: str, rest: list[str], asked: Asked) -> Reply:
        ticket = asked.headers.get("authorization", "").removeprefix("SOTicket ")
        known = ticket in self.tickets and ticket not in self.ended
        if not known or asked.headers.get("so-apptoken") != SECRET:
            return Reply(401, {"Message": "Authentication failed"})
        match method, *rest:
            case "GET", "User", "currentPrincipal":
                me = {"FullName": "Quotewright", "DatabaseContextIdentifier": CONTEXT}
                return Reply(200, me)
            case "GET", "Sale", "default":
                return Reply(200, sale(0, Heading="New sale"))
            case "GET", "Sale", number if number.isdecimal() and int(number) in self.sales:
                return Reply(200, self.sales[int(number)])
            case "PATCH", "Sale", number if number.isdecimal() and int(number) in self.sales:
                return self._patch(int(number), asked)
        return Reply(404, {"Message": "no such thing"})

    def _patch(self, number: int, asked: Asked) -> Reply:
        if not asked.headers["content-type"].startswith("application/json"):
            return Reply(415)
        changed = copy.deepcopy(self.sales[number])
        for each in asked.json():
            _carry_out(changed, each)
        wrong = _wrong(changed, self.sales[number])
        if wrong:
            return Reply(400, {"Message": "not saved", "ModelState": wrong})
        self.sales[number] = {**changed, "UpdatedDate": self.now}
        return Reply(200, self.sales[number])


def _carry_out(changed: dict[str, Any], operation: dict[str, Any]) -> None:
    """One operation of a patch; `Reply` where it cannot be carried out."""
    if set(operation) != {"op", "path", "value"}:
        raise Reply(400, {"Message": "unknown members"})
    kind, value = operation["op"], operation["value"]
    *above, name = operation["path"].removeprefix("/").split("/")
    held: Any = changed
    for part in above:
        held = held.get(part, {})
    if not isinstance(held, dict) or (kind != "add" and name not in held):
        raise Reply(400, {"Message": f"{operation['path']} is nowhere"})
    if kind == "test" and held[name] != value:
        raise Reply(409, {"Message": "'test' operation found a conflict"})
    if kind in {"add", "replace"}:
        held[name] = value
    elif kind != "test":
        raise Reply(400, {"Message": f"no operation {kind}"})


def _no(why: str) -> Reply:
    return Reply(200, {"IsSuccessful": False, "Token": None, "ErrorMessage": why})


def _wrong(changed: dict[str, Any], before: dict[str, Any]) -> dict[str, str]:
    wrong = {}
    if changed.keys() != before.keys() or changed["CustomFields"].keys() != (
        before["CustomFields"].keys()
    ):
        wrong["SaleEntity"] = "unknown members"
    if not isinstance(changed["Amount"], int | Decimal):
        wrong["Amount"] = "no number"
    if changed["Status"] not in _STATUSES:
        wrong["Status"] = "no status"
    for name in ("Currency", "Rating"):
        if not isinstance(changed[name]["Id"], int) or changed[name]["Id"] > 99:
            wrong[name] = "not in the list"
    if not all(isinstance(each, str | None) for each in changed["CustomFields"].values()):
        wrong["CustomFields"] = "no text"
    return wrong


def minute(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%d%H%M")
