"""A Business Central service on this machine, as strict as its public reference."""

import re
from urllib.parse import parse_qs

from tests.adapters.erp.business_central.company import Books, Refused, Row
from tests.adapters.serving import Asked, Reply, Server, said

TENANT = "7e0a3b52-0f3d-4c58-9a3e-0c1f7a5f0001"
ENVIRONMENT = "Production"
COMPANY = "a1b2c3d4-0000-4000-8000-0000000000cc"
CLIENT, SECRET = "hub-client", "hub's secret & more"
SCOPE = "https://api.businesscentral.dynamics.com/.default"
ROOT = f"/v2.0/{TENANT}/{ENVIRONMENT}/api/v2.0/companies({COMPANY})"
TOKENS = f"/{TENANT}/oauth2/v2.0/token"
PAGE = 4

_ONE = re.compile(r"/(\w+)\(([0-9a-fA-F-]{36})\)\Z")
_LINES = re.compile(r"/salesOrders\(([0-9a-fA-F-]{36})\)/salesOrderLines\Z")
_CONDITION = re.compile(r"(\w+) (eq|ne|ge) (?:'((?:[^']|'')*)'|([\w:.-]+))")
_WRITTEN = {"POST", "PATCH", "DELETE"}


class BusinessCentralStub:
    """`taken` are tokens that are let in, `lives` the seconds a token is said to live."""

    def __init__(self) -> None:
        self.books = Books()
        self.given = 0
        self.lives = 3599
        self.taken: set[str] = set()
        self.lets_in = True
        self.server = Server(self._answer)

    def close(self) -> None:
        self.server.close()

    def _answer(self, asked: Asked) -> Reply:
        try:
            if asked.path == TOKENS:
                return self._token(asked)
            return self._routed(asked, self._entered(asked))
        except Refused as error:
            told = f"{error.message}  CorrelationId:  5f1c2d2e-0000-4000-8000-00000000beef."
            return said({"error": {"code": error.code, "message": told}}, error.status)

    def _entered(self, asked: Asked) -> str:
        """The path in the company, for whoever is let in."""
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if not self.lets_in or bearer not in self.taken:
            raise Refused(401, "Authentication_InvalidCredentials", "Not let in.")
        if not asked.path.startswith(ROOT):
            raise Refused(404, "BadRequest_ResourceNotFound", "No such company.")
        return asked.path[len(ROOT) :]

    def _token(self, asked: Asked) -> Reply:
        form = {name: value for name, [value] in parse_qs(asked.body.decode()).items()}
        wanted = {
            "grant_type": "client_credentials",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "scope": SCOPE,
        }
        if asked.headers["content-type"] != "application/x-www-form-urlencoded":
            return said({"error": "invalid_request"}, 400)
        if form != wanted or not self.lets_in:
            told = {"error": "invalid_client", "error_description": f"wrong: {form}"}
            return said(told, 401)
        self.given += 1
        token = f"token-{self.given}"
        self.taken.add(token)
        return said({"token_type": "Bearer", "expires_in": self.lives, "access_token": token})

    def _routed(self, asked: Asked, path: str) -> Reply:
        if asked.method == "GET" and path == "":
            return said({"id": COMPANY, "displayName": "Cronus International"})
        if of_order := _LINES.match(path):
            return self._lines(asked, self._row("salesOrders", of_order[1]))
        if one := _ONE.match(path):
            return self._one(asked, one[1], self._row(one[1], one[2]))
        rows = self.books.rows.get(path.removeprefix("/"))
        if rows is None:
            raise Refused(404, "BadRequest_ResourceNotFound", f"Resource not found: {path}")
        if asked.method == "GET":
            return self._list(asked, list(rows.values()))
        if asked.method == "POST" and path == "/salesOrders":
            return said(_told(self.books.order(asked.members)), 201)
        raise Refused(405, "BadRequest_MethodNotAllowed", "Not allowed.")

    def _one(self, asked: Asked, collection: str, row: Row) -> Reply:
        if asked.method == "GET":
            return said(_told(row))
        if asked.method not in _WRITTEN or collection != "salesOrders":
            raise Refused(405, "BadRequest_MethodNotAllowed", "Not allowed.")
        match = asked.headers.get("if-match")
        if match is None:
            raise Refused(400, "BadRequest_InvalidToken", "Could not validate the token.")
        if match not in {"*", row["@odata.etag"]}:
            raise Refused(409, "Request_EntityChanged", "Another user has changed the record.")
        if asked.method == "DELETE":
            del self.books.rows["salesOrders"][row["id"]]
            return Reply(status=204)
        raise Refused(405, "BadRequest_MethodNotAllowed", "Not allowed.")

    def _lines(self, asked: Asked, order: Row) -> Reply:
        if asked.method == "POST":
            return said(_told(self.books.line(order, asked.members)), 201)
        return self._list(asked, self.books.lines(order["id"]))

    def _list(self, asked: Asked, rows: list[Row]) -> Reply:
        """A page; at most `PAGE` at once, and a link to the rest."""
        query = asked.query
        rows = [each for each in rows if _is(each, query.get("$filter", ""))]
        for member in reversed(query.get("$orderby", "number").split(",")):
            rows.sort(key=lambda each: each.get(member, ""))
        skipped = int(query.get("$skip", 0)) + int(query.get("$skiptoken", 0))
        wanted = rows[skipped : skipped + int(query["$top"])] if "$top" in query else rows[skipped:]
        page: Row = {"value": [_told(each) for each in wanted[:PAGE]]}
        if "$top" in query:
            page = {"value": [_told(each) for each in wanted]}
        elif len(wanted) > PAGE:
            again = f"$filter={query.get('$filter', '')}&$skiptoken={skipped + PAGE}"
            page["@odata.nextLink"] = f"{asked.path}?{again}".replace(" ", "%20")
        if query.get("$expand") == "salesOrderLines":
            for each in page["value"]:
                each["salesOrderLines"] = [_told(row) for row in self.books.lines(each["id"])]
        return said(page)

    def _row(self, collection: str, id_of: str) -> Row:
        row = self.books.rows.get(collection, {}).get(id_of.lower())
        if row is None:
            raise Refused(404, "Internal_RecordNotFound", "There is no such record.")
        return row


def _told(row: Row) -> Row:
    return dict(row)


def _is(row: Row, condition: str) -> bool:
    """Whether a filter of the few kinds that the service documents takes a row."""
    if not condition:
        return True
    left = _CONDITION.sub("", condition).replace(" and ", "").replace(" or ", "")
    if left.strip():
        raise Refused(400, "BadRequest_NotFound", f"Bad Request - Error in query syntax: {left}")
    found = [_holds(row, *each.groups()) for each in _CONDITION.finditer(condition)]
    return any(found) if " or " in condition else all(found)


def _holds(row: Row, member: str, how: str, text: str | None, bare: str | None) -> bool:
    if member not in row:
        raise Refused(400, "BadRequest", f"Could not find a property named '{member}'.")
    value = row[member]
    wanted = bare if text is None else text.replace("''", "'")
    if how == "ge":
        return bool(value >= (wanted or ""))
    same = bool(value.upper() == (wanted or "").upper())
    return same if how == "eq" else not same
