"""A stub of Odoo 19's JSON-2 interface, as strict as its documentation and its models.

Each call is a transaction: one that fails leaves nothing. What fails is told with the trace of
where it did, which nobody outside should ever see.
"""

import copy
import json
from collections.abc import Callable
from typing import Any

from tests.adapters.erp.odoo.domains import matches
from tests.adapters.erp.odoo.records import USER, beginning
from tests.adapters.erp.odoo.sales import Refused, Sales
from tests.adapters.serving import Asked, Reply, Server

KEY = "6578616d706c65206a736f6e20617069206b6579"
DATABASE = "hub"
TRACE = 'Traceback (most recent call last):\n  File "/opt/odoo/http.py", line 2212'


class OdooStub:
    def __init__(self, rounding: str = "round_per_line", price_digits: int | None = 2) -> None:
        self.rows = beginning(rounding)
        self.sales = Sales(self.rows, price_digits)
        self.key: str | None = KEY
        self.forbidden: set[str] = set()
        """models that our user may not read"""
        self.server = Server(self._answer)

    def _answer(self, asked: Asked) -> Reply:
        try:
            self._let_in(asked)
            result = self._called(asked)
        except Refused as error:
            return _told(error)
        except (ValueError, KeyError, TypeError) as error:  # a defect of the caller's, as in Odoo
            return _told(Refused(500, f"builtins.{type(error).__name__}", str(error)))
        return Reply(body=json.dumps(result).encode())

    def _let_in(self, asked: Asked) -> None:
        if asked.headers.get("authorization") != f"bearer {self.key}":
            raise Refused(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey")
        if asked.headers.get("x-odoo-database") != DATABASE:
            raise Refused(404, "werkzeug.exceptions.NotFound", "no database is chosen")
        if asked.headers.get("content-type") != "application/json":
            raise Refused(415, "werkzeug.exceptions.UnsupportedMediaType", "JSON is spoken here")

    def _called(self, asked: Asked) -> Any:  # noqa: ANN401 (whatever the method returns)
        parts = asked.path.split("/")
        if asked.method != "POST" or len(parts) != 5 or parts[1:3] != ["json", "2"]:
            hint = "Did you mean POST /json/2/<model>/<method>?"
            raise Refused(404, "werkzeug.exceptions.NotFound", hint)
        model, method = parts[3:]
        if model not in self.rows:
            raise Refused(
                404, "werkzeug.exceptions.NotFound", f"the model '{model}' does not exist"
            )
        if model in self.forbidden:
            raise Refused(403, "odoo.exceptions.AccessError", f"You may not access {model}")
        named = json.loads(asked.body)
        context, ids = named.pop("context", {}), named.pop("ids", [])
        call = self._method(model, method)
        before = copy.deepcopy(self.rows)
        try:
            return call(model, ids, context, **named)
        except BaseException:
            for name, records in before.items():
                self.rows[name].clear()
                self.rows[name].update(records)
            raise

    def _method(self, model: str, method: str) -> Callable[..., Any]:
        known: dict[tuple[str, str], Callable[..., Any]] = {
            ("res.users", "context_get"): self._context_get,
            ("sale.order", "create"): self.sales.create,
            ("sale.order", "action_confirm"): self.sales.action_confirm,
            ("sale.order", "action_cancel"): self.sales.action_cancel,
            ("sale.order", "has_access"): self._has_access,
            ("sale.order.line", "fields_get"): self._fields_get,
        }
        call = self._search_read if method == "search_read" else known.get((model, method))
        if call is None:
            raise Refused(404, "werkzeug.exceptions.NotFound", f"{model} has no {method}")
        return call

    def _context_get(self, model: str, ids: list[int], context: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 (a method)
        if ids:
            raise Refused(422, "werkzeug.exceptions.UnprocessableEntity", "cannot call with ids")
        return {"lang": "nb_NO", "tz": "Europe/Oslo", "uid": USER[0]}

    def _has_access(
        self,
        model: str,  # noqa: ARG002 (as of all methods)
        ids: list[int],  # noqa: ARG002 (as of all methods)
        context: dict[str, Any],  # noqa: ARG002 (as of all methods)
        operation: str,
    ) -> bool:
        return operation in {"read", "create", "write"}

    def _fields_get(
        self,
        model: str,  # noqa: ARG002 (as of all methods)
        ids: list[int],  # noqa: ARG002 (as of all methods)
        context: dict[str, Any],  # noqa: ARG002 (as of all methods)
        allfields: list[str],
        attributes: list[str],
    ) -> dict[str, dict[str, Any]]:
        """Fields that keep any number of digits do not speak of digits."""
        digits = {"price_unit": self.sales.price_digits, "product_uom_qty": 2}
        told = {name: {"type": "float", "digits": [16, digits[name]]} for name in allfields}
        return {
            name: {one: each[one] for one in attributes if one != "digits" or digits[name]}
            for name, each in told.items()
        }

    def _search_read(
        self,
        model: str,
        ids: list[int],
        context: dict[str, Any],  # noqa: ARG002 (as of all methods)
        *,
        domain: list[Any],
        fields: list[str],
        offset: int = 0,
        limit: int | None = None,
        order: str = "id",
    ) -> list[dict[str, Any]]:
        if ids:
            raise Refused(422, "werkzeug.exceptions.UnprocessableEntity", "cannot call with ids")
        found = [each for each in self.rows[model].values() if matches(each, domain)]
        keys = order.split(", ")
        found.sort(key=lambda each: [each[key] for key in keys])
        return [self._shown(each, fields) for each in found[offset:][:limit]]

    def _shown(self, record: dict[str, Any], fields: list[str]) -> dict[str, Any]:
        unknown = [each for each in fields if each not in record]
        if unknown:
            raise ValueError(f"Invalid field {unknown[0]!r}")
        shown = {name: record[name] for name in fields}
        return {"id": record["id"], **shown}


def _told(error: Refused) -> Reply:
    told = {
        "name": error.name,
        "message": error.message,
        "arguments": [error.message, error.status],
        "context": {},
        "debug": TRACE,
    }
    return Reply(status=error.status, body=json.dumps(told).encode())
