"""A stub of Tryton's REST interface: strict about fields, members, credentials and context."""

import base64
import datetime as dt
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from engine.ports.connections import Access, TableName, Tables
from tests.adapters.conformance.peer import Held
from tests.adapters.erp.tryton.books import MANY, ONE, Books, Record, UserError

KEY = "stub-key"
_PAGE = "<!doctype html><title>{0}</title><h1>{0}</h1><p>{1}</p>"
_COUNTED = {"untaxed_amount", "tax_amount", "total_amount", "movable", "amount"}
_RIGHTS = {"read": 1, "write": 1, "create": 1, "delete": 1}


class TrytonStub(ThreadingHTTPServer):
    """A server on this machine with books of its own."""

    daemon_threads = True
    name = "tryton"
    proof = "own stub"
    version = "8.2"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.books = Books()
        self.lets_in = True
        self.lock = threading.Lock()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", int(self.server_address[1])

    def access(self, url: str) -> Access:
        return Access(
            tenant="tnt_1",
            system="erp",
            adapter=self.name,
            url=f"{url}/hub",
            credentials={"key": KEY},
            options={"payment_term": "NET30"},
            tables=Tables({TableName.UNIT: {"pcs": "u"}}),
        )

    def held(self, order_number: str) -> list[Held]:
        books, found = self.books, []
        for sale in books.rows.get("sale.sale", {}).values():
            if sale["reference"] == order_number:
                products = books.rows["product.product"]
                lines = tuple(
                    (
                        products[line["product"]]["code"] if line["product"] else "",
                        Decimal(str(line["quantity"])),
                        books.amount(sale, line),
                    )
                    for line in books.lines(sale)
                )
                net = sum((amount for _, _, amount in lines), Decimal(0))
                found.append(
                    Held(
                        reference=str(sale["id"]),
                        key=order_number,
                        state=sale["state"],
                        net=net,
                        lines=lines,
                    )
                )
        return found

    def deny(self) -> None:
        self.lets_in = False

    def allow(self) -> None:
        self.lets_in = True

    def ship(self, reference: str) -> None:
        self.books.ship(self.books.rows["sale.sale"][int(reference)])

    def invoice(self, reference: str) -> None:
        """Post what is invoiced of an order."""
        sale = self.books.rows["sale.sale"][int(reference)]
        self.books.write(sale, invoice_state="awaiting payment")

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> Any:  # noqa: ANN401 (what JSON holds)
        """What is said; LookupError for what there is not, as a page for people."""
        books, fields = self.books, query.get("f", [])
        _, _, _, _, model, *rest = path.split("/")
        if model not in books.rows and model not in {"sale.sale", "res.user", "ir.model.access"}:
            raise KeyError(model)
        if method == "GET" and not rest:
            return [self._read(model, row, fields) for row in self._found(model, query)]
        if method == "POST" and not rest:
            return self._read(model, books.rows[model][books.sell(body)], fields)
        if rest == ["get_access"]:
            return dict.fromkeys(body["models"], _RIGHTS)
        if rest == ["get_preferences"]:
            return {"name": "Hub"}
        row = books.get(model, int(rest[0]))
        if row is None:
            raise IndexError(path)
        if method == "POST":
            books.press(row, rest[1])
            said = self._read(model, row, fields)
            books.process(row)
            return said
        return self._read(model, row, fields)

    def _found(self, model: str, query: dict[str, list[str]]) -> list[Record]:
        domain, order = _unpacked(query["d"][0]), query.get("o")
        every = self.books.rows.get(model, {}).values()
        rows = [row for row in every if self._fits(model, row, domain)]
        for field, way in reversed(_unpacked(order[0]) if order else []):
            known = [row for row in rows if row[field] is not None]
            known.sort(key=itemgetter(field), reverse="DESC" in way)
            rows = known + [row for row in rows if row[field] is None]
        return rows[: int(query["s"][0])]

    def _read(self, model: str, row: Record, fields: list[str]) -> Record:
        told: Record = {"id": row["id"], "__name__": model}
        for name in {field.partition(".")[0] for field in fields}:
            deeper = [field[len(name) + 1 :] for field in fields if field.startswith(f"{name}.")]
            value: Any = self._counted(row, name) if name in _COUNTED else row[name]
            if name in ONE.get(model, {}):
                target = ONE[model][name]
                there = self.books.get(target, value or 0)
                told[name] = self._read(target, there, deeper) if there and deeper else value
            elif name in MANY.get(model, {}):
                target = MANY[model][name]
                told[name] = [
                    self._read(target, self.books.rows[target][each], deeper) for each in value
                ]
            else:
                told[name] = value
        return told

    def _counted(self, row: Record, name: str) -> object:
        if name == "movable":
            return self.books.movable(row)
        net, tax = Decimal(0), Decimal(0)
        for line in self.books.lines(row):
            amount = self.books.amount(row, line)
            net += amount
            tax += (
                sum(self.books.rows["account.tax"][each]["rate"] for each in line["taxes"]) * amount
            )
        tax = tax.__round__(2)
        return {"untaxed_amount": net, "tax_amount": tax, "total_amount": net + tax}[name]

    def _values(self, model: str, row: Record, path: str) -> Iterator[Any]:
        name, _, deeper = path.partition(".")
        target = MANY.get(model, {}).get(name) or ONE.get(model, {}).get(name)
        value = row.get(name, []) if name == "identifiers" else row[name]
        if target is None or not deeper:
            yield value
            return
        for each in value if isinstance(value, list) else [value]:
            if each is not None:
                yield from self._values(target, self.books.rows[target][each], deeper)

    def _fits(self, model: str, row: Record, domain: list[Any]) -> bool:
        if domain and domain[0] == "OR":
            return any(self._fits(model, row, [each]) for each in domain[1:])
        for clause in domain:
            if isinstance(clause[0], list) or clause[0] == "OR":
                if not self._fits(model, row, clause):
                    return False
                continue
            path, operator, value = clause
            if not any(_holds(each, operator, value) for each in self._values(model, row, path)):
                return False
        return True


def _holds(value: Any, operator: str, other: Any) -> bool:  # noqa: ANN401 (values of any kind)
    if operator in {"in", "not in"}:
        return (value in other) == (operator == "in")
    if operator in {"=", "!="}:
        return bool((value == other) == (operator == "="))
    return value is not None and bool(value > other if operator == ">" else value >= other)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: TrytonStub

    def _do(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        if not self.server.lets_in or self.headers.get("Authorization") != f"Bearer {KEY}":
            self._page(401, "Unauthorized")
        elif not path.startswith("/hub/rest/model/") or "X-Tryton-Context" not in self.headers:
            self._page(404, "Not Found")
        else:
            self._answer(path, query, _loaded(text) if text else None)

    do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815 (the library's names)

    def _answer(self, path: str, query: dict[str, list[str]], body: Any) -> None:  # noqa: ANN401 (what JSON holds)
        try:
            with self.server.lock:
                said = self.server.answer(self.command, path, query, body)
        except UserError as error:
            refusal = {"status": 400, "message": str(error), "description": ""}
            self._say(400, json.dumps(refusal), "application/json")
        except IndexError:
            self._page(404, "Not Found")
        except (KeyError, TypeError, ValueError) as error:
            self._page(500, str(error))
        else:
            self._say(200, json.dumps(said, default=_written), "application/json")

    def _page(self, status: int, told: str) -> None:
        self._say(status, _PAGE.format(status, told), "text/html")

    def _say(self, status: int, text: str, kind: str) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(text.encode())


def _unpacked(text: str) -> Any:  # noqa: ANN401 (what JSON holds)
    return _loaded(base64.urlsafe_b64decode(text))


def _loaded(text: bytes) -> Any:  # noqa: ANN401 (what JSON holds)
    return json.loads(text, object_hook=_decoded)


def _decoded(members: Record) -> Any:  # noqa: ANN401 (what JSON holds)
    kind = members.pop("__class__", None)
    if kind == "Decimal":
        return Decimal(members["decimal"])
    made = {"date": dt.date, "datetime": dt.datetime}.get(kind)
    return made(**members) if made else members


def _written(value: object) -> Record:
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, dt.datetime):
        names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime", **{name: getattr(value, name) for name in names}}
    raise TypeError(f"{value!r} cannot be written")


@contextmanager
def peer(_: Path) -> Iterator[TrytonStub]:
    with TrytonStub() as stub:
        thread = threading.Thread(target=stub.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield stub
        finally:
            stub.shutdown()
            thread.join()
