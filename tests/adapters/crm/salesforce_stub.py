"""A Salesforce of our own: its tokens, and opportunities upserted as it documents it."""

from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

import jwt

from engine.ports.connections import Access
from tests.adapters.crm.stub import KEY, PEM, Asked, Reply, Stub

CLIENT, USER, SECRET = "client-id-1", "hub@acme.test", "client-secret-1"
AUDIENCE = "https://login.salesforce.com"
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXTERNAL = "Hub_Id__c"
ID = "006Dn000001abcdIAA"
FIELDS = {
    "Id": {"updateable": False},
    "Name": {},
    "CloseDate": {},
    "Amount": {},
    "StageName": {},
    "CurrencyIsoCode": {},
    "LastModifiedDate": {"updateable": False},
    EXTERNAL: {"externalId": True},
    "Order__c": {},
    "Order_State__c": {},
    "Told_At__c": {},
}
_STAGES = {"Prospecting", "Closed Won", "Closed Lost"}
_MADE = "006Dn000009madeIAA"


def opportunity(**members: Any) -> dict[str, Any]:  # noqa: ANN401 (members of any kind)
    return {
        "Id": ID,
        "Name": "Chairs",
        "CloseDate": "2026-12-31",
        "Amount": Decimal("1000.0"),
        "StageName": "Prospecting",
        "CurrencyIsoCode": "EUR",
        "LastModifiedDate": "2026-11-20T08:00:00.000+0000",
        EXTERNAL: "12",
        "Order__c": None,
        "Order_State__c": None,
        "Told_At__c": None,
        **members,
    }


class Salesforce(Stub):
    """`now` stamps what is changed; `given` is put into the answers that give tokens."""

    def __init__(self) -> None:
        self.records = [opportunity()]
        self.tokens: list[str] = []
        self.ended: set[str] = set()
        self.given: dict[str, Any] = {}
        self.now = "2026-11-21T12:00:30.000+0000"
        super().__init__()

    def access(self, **options: str) -> Access:
        usual = {"external_id_field": EXTERNAL, "currency_field": "CurrencyIsoCode"}
        named = {"order_field": "Order__c", "state_field": "Order_State__c"}
        return Access(
            tenant="t1",
            system="salesforce",
            adapter="salesforce",
            url=self.url,
            credentials={"client_id": CLIENT, "username": USER, "private_key": PEM},
            options={**usual, **named, **options},
        )

    def reply(self, asked: Asked) -> Reply:
        match asked.method, *asked.path:
            case "POST", "services", "oauth2", "token":
                return self._token(asked)
            case "GET", "services", "oauth2", "userinfo":
                self._let_in(asked)
                return Reply(200, {"preferred_username": USER, "user_id": "005"})
            case method, "services", "data", "v62.0", "sobjects", "Opportunity", *rest:
                self._let_in(asked)
                return self._objects(method, rest, asked)
        return _error(404, "NOT_FOUND", "The requested resource does not exist")

    def _token(self, asked: Asked) -> Reply:
        form = dict(parse_qsl(asked.body.decode()))
        if asked.headers["content-type"] != "application/x-www-form-urlencoded":
            return Reply(400, {"error": "invalid_request"})
        if form.get("grant_type") == BEARER and form.keys() == {"grant_type", "assertion"}:
            key = KEY.public_key()
            try:
                claims = jwt.decode(form["assertion"], key, ["RS256"], audience=AUDIENCE)
            except jwt.PyJWTError as error:
                return Reply(400, {"error": "invalid_grant", "error_description": str(error)})
            is_known = (claims["iss"], claims["sub"]) == (CLIENT, USER)
        else:
            known = {"grant_type": "client_credentials", "client_id": CLIENT}
            is_known = form == {**known, "client_secret": SECRET}
        if not is_known:
            return Reply(400, {"error": "invalid_client", "error_description": "unknown"})
        self.tokens.append(f"00Dxx!token{len(self.tokens)}")
        told = {"access_token": self.tokens[-1], "instance_url": self.url, "token_type": "Bearer"}
        return Reply(200, {**told, **self.given})

    def _let_in(self, asked: Asked) -> None:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens or token in self.ended:
            raise _error(401, "INVALID_SESSION_ID", "Session expired or invalid")

    def _objects(self, method: str, rest: list[str], asked: Asked) -> Reply:
        if (method, rest) == ("GET", ["describe"]):
            listed = [{"name": name, "updateable": True, **each} for name, each in FIELDS.items()]
            return Reply(200, {"name": "Opportunity", "updateable": True, "fields": listed})
        field, value = rest if len(rest) == 2 else ("Id", rest[0])
        found = [each for each in self.records if each[field] == value]
        if len(found) > 1:
            return Reply(300, [f"/services/data/v62.0/sobjects/Opportunity/{ID}"] * len(found))
        if method == "PATCH":
            return self._upserted(found, field, value, asked)
        return Reply(200, found[0]) if found else _not_there()

    def _upserted(self, found: list[dict[str, Any]], field: str, value: str, asked: Asked) -> Reply:
        sent = asked.json()
        _check(sent, field)
        if found:
            since = asked.headers.get("if-unmodified-since")
            changed_at = datetime.fromisoformat(found[0]["LastModifiedDate"])
            if since and changed_at > parsedate_to_datetime(since).astimezone(UTC):
                return _error(412, "PRECONDITION_FAILED", "modified since")
            found[0].update(sent, LastModifiedDate=self.now)
            return Reply(204)
        if asked.params.get("updateOnly") == "true" or field == "Id":
            return _not_there()
        missing = [name for name in ("Name", "StageName", "CloseDate") if name not in sent]
        if missing:
            return _error(400, "REQUIRED_FIELD_MISSING", "Required fields are missing", missing)
        blank = dict.fromkeys(FIELDS)
        stamp = {"Id": _MADE, "LastModifiedDate": self.now}
        self.records.append({**blank, field: value, **stamp, **sent})
        return Reply(201, {"id": _MADE, "success": True, "errors": [], "created": True})


def _check(sent: dict[str, Any], field: str) -> None:
    for name, value in sent.items():
        if name not in FIELDS or name == field:
            raise _error(400, "INVALID_FIELD", f"No such column '{name}' on sobject", [name])
        if FIELDS[name].get("updateable") is False:
            raise _error(400, "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot be written", [name])
        if (name == "Amount") is isinstance(value, str):
            raise _error(400, "JSON_PARSER_ERROR", "of another type", [name])
    if sent.get("StageName", "Prospecting") not in _STAGES:
        raise _error(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value", ["StageName"])


def _error(status: int, code: str, message: str, fields: list[str] | None = None) -> Reply:
    return Reply(status, [{"errorCode": code, "message": message, "fields": fields or []}])


def _not_there() -> Reply:
    return _error(404, "NOT_FOUND", "The requested resource does not exist")
