"""True answers with their certificates, written by hand."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
VARIABLES: list[Json] = [
    {"name": "Drive", "values": ["1.5 kW", {"value": "3.0 kW", "price": 500}]},
    {"name": "Belt", "values": ["Standard", {"value": "Heavy", "price": 300}]},
    {"name": "Guard", "values": ["none", {"value": "Steel", "price": 50}]},
]
RULES: list[Json] = [
    {"id": "heavy", "expression": r"NOT is(\'Belt\',\'Heavy\') OR num('Drive') >= 3.0"},
    {"id": "old", "kind": "ensure", "expression": "Belt = 'Standard'", "active_to": "2026-11-20"},
    {"kind": "require", "if": "Belt = 'Heavy'", "then": "selected(Guard)"},
    {"id": "off", "kind": "ensure", "expression": "FALSE", "enabled": False},
    {"id": "bundle", "kind": "price", "if": "Belt = 'Heavy'", "add": -20},
    {"id": "spring", "kind": "price", "if": "has('Guard', 'Steel')", "multiply": Decimal("0.9")},
]
GUARDED = "rule-3"


def build(drive: str, belt: str, guard: str) -> Json:
    return {"Drive": drive, "Belt": belt, "Guard": guard}


def priced(price: str | int, *options: str) -> Json:
    return {"assignment": build(*options), "price": Decimal(price)}


PLAIN = priced(0, "1.5 kW", "Standard", "none")
GUARDED_PLAIN = priced(45, "1.5 kW", "Standard", "Steel")
STRONG = priced(500, "3.0 kW", "Standard", "none")
GUARDED_STRONG = priced(495, "3.0 kW", "Standard", "Steel")
FULL = priced(745, "3.0 kW", "Heavy", "Steel")


def answer(mode: str, assignment: Json, rules: list[Json] | None = None, **members: object) -> Json:
    """A valid answer that says nothing, with what it does say in `members`."""
    objective, limit = members.pop("objective", None), members.pop("limit", None)
    asked: Json = {"day": "2026-11-21", "mode": mode, "assignment": assignment}
    asked |= {"objective": objective, "limit": limit}
    return deepcopy({
        "mode": mode, "status": "ok", "valid": True, "complete": False, "violations": [],
        "variables": [], "solution": None, "repairs": [], **members,
        "certificate": {**asked, "variables": VARIABLES, "rules": rules or RULES},
    })  # fmt: skip


def offered(value: str, price: int, *blocked_by: str) -> Json:
    blocking = [{"rule": rule, "message": ""} for rule in blocked_by]
    return {"value": value, "price": price, "available": not blocking, "blocked_by": blocking}


def left(name: str, assigned: str | None, forced: str | None, *options: Json) -> Json:
    return {"name": name, "assigned": assigned, "forced": forced, "options": list(options)}


def violated(rule: str, *variables: str) -> Json:
    return {"rule": rule, "message": "", "variables": list(variables)}


def repaired(to: Json, *changes: tuple[str, str, str]) -> Json:
    told = [{"variable": name, "from": old, "to": new} for name, old, new in changes]
    return {"changes": told, **to}


TO_STANDARD = ("Belt", "Heavy", "Standard")
TO_STRONG = ("Drive", "1.5 kW", "3.0 kW")
ANSWERS = {
    "everything": answer(
        "all",
        {"Belt": "Heavy"},
        objective={"minimize": "price"},
        limit=5,
        variables=[
            left("Drive", None, "3.0 kW", offered("1.5 kW", 0, "heavy"), offered("3.0 kW", 500)),
            left("Belt", "Heavy", None, offered("Standard", 0), offered("Heavy", 300)),
            left("Guard", None, "Steel", offered("none", 0, GUARDED), offered("Steel", 50)),
        ],
        solution={**FULL, "proven_optimal": True, "bound": 745},
        solutions=[FULL],
        truncated=False,
    ),
    "broken": answer(
        "repair",
        {"Drive": "1.5 kW", "Belt": "Heavy"},
        valid=False,
        violations=[violated("heavy", "Drive", "Belt")],
        repairs=[repaired(PLAIN, TO_STANDARD), repaired(FULL, TO_STRONG)],
    ),
    "complete": answer(
        "validate",
        build("1.5 kW", "Heavy", "none"),
        valid=False,
        complete=True,
        violations=[violated("heavy", "Drive", "Belt"), violated(GUARDED, "Belt", "Guard")],
    ),
    "contradiction": answer(
        "validate",
        {"Belt": "Heavy"},
        [*RULES, {"expression": "num(Drive) < 2 AND Belt = 'Heavy'"}],
        status="unsatisfiable",
        valid=False,
        violations=[violated("heavy"), violated("rule-7")],
    ),
    "best": answer(
        "optimize",
        {"Guard": "Steel"},
        solution={**GUARDED_PLAIN, "proven_optimal": True, "bound": 45},
    ),
    "most": answer(
        "optimize",
        {},
        objective={"maximize": "price"},
        solution={**STRONG, "proven_optimal": False, "bound": 800},
    ),
    "several": answer(
        "all",
        {"Belt": "Standard"},
        limit=4,
        variables=[
            left("Drive", None, None, offered("1.5 kW", 0), offered("3.0 kW", 500)),
            left("Belt", "Standard", None, offered("Standard", 0), offered("Heavy", 300)),
            left("Guard", None, None, offered("none", 0), offered("Steel", 50)),
        ],
        solution={**PLAIN, "proven_optimal": False, "bound": None},
        solutions=[PLAIN, GUARDED_PLAIN, STRONG, GUARDED_STRONG],
        truncated=False,
    ),
}
