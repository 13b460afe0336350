"""Maintaining: accounts and rules, one at a time, by whoever may call.

What is written is read by the same rules as a row of an upload. Every write moves the
tenant's revision, so that prices follow at the next call.
"""

from collections.abc import Mapping

from engine.catalog.intake import Cell, Kind, Row, Table, Upload
from engine.events.types import EventType
from engine.kernel.errors import Conflict, Invalid, NotFound
from engine.kernel.finding import Finding, Severity
from engine.services.importing import import_catalogue
from engine.store.unit_of_work import UnitOfWork

_RULES = {Kind.AGREEMENTS: "agreement", Kind.PROMOTIONS: "promotion"}


def put(uow: UnitOfWork, kind: Kind, cells: Mapping[str, Cell]) -> bool:
    """Keep one account, agreement or promotion; whether it is new.

    Invalid names the member that cannot be taken. Conflict where a promotion would tie with
    another one: saved rules always have something to decide between them.
    """
    table = Table(kind=kind, title=kind.value, rows=(Row(1, cells),))
    report = import_catalogue(uow, Upload(tables=(table,)))
    if report.rejected:
        raise Invalid(
            "it cannot be taken",
            [
                Finding(Severity.ERROR, "not_taken", {"why": each.message}, each.column)
                for each in report.rejected
            ],
        )
    if report.warnings:
        raise Conflict("; ".join(each.message for each in report.warnings))
    return bool(report.created)


def remove(uow: UnitOfWork, kind: Kind, rule_id: str) -> None:
    """Forget every version of a rule. NotFound where there is none."""
    if not uow.catalogues.remove_rule(_RULES[kind], rule_id):
        raise NotFound(f"there is no {_RULES[kind]} {rule_id}")
    told = {"revision": uow.catalogues.revision(), "removed": rule_id}
    uow.emit(EventType.PRICING_RULE_CHANGED, uow.tenant_id, told)
