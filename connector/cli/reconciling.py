"""`connections reconcile`: all that a system has is read there and compared, to the cent."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from connector.cli.doors import opened, printable, say
from engine.connections.connection import ConnectionKind
from engine.connections.handover import Handover
from engine.hub import Hub
from engine.kernel.errors import NotFound
from engine.ports.billing import Billing, BillingState
from engine.ports.erp import Erp
from engine.ports.outcomes import Declined, Postponed, PushError
from engine.services import charging, connecting, following, reconciling
from engine.services.charging import Systems
from engine.tenants.secrets import KeyRing

_PAGE = 200
_MORE_TRIES = 2
_LONGEST_WAIT = 30
"""Seconds."""
_HEADINGS = ("Ours", "There", "Sold for", "There for", "What")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One thing that was compared; `words` is what people should know of it."""

    ours: str
    there: str
    sold: Decimal
    found: Decimal | None
    words: tuple[str, ...]
    differs: bool
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class _Work:
    """How many things are compared, and what is found of each, one by one."""

    count: int
    rows: Iterator[_Row]


def reconcile_command(open_hub: Callable[[], Hub], keyring: Callable[[], KeyRing]) -> click.Command:
    """The command; it ends with 1 where anything differs."""

    @click.command("reconcile")
    @click.argument("tenant")
    @click.argument("system")
    def reconcile(tenant: str, system: str) -> None:
        """Compare what SYSTEM has of TENANT's orders or charges with what was sold."""
        console = Console()
        with opened(open_hub) as hub:
            work = _work(hub, tenant, system, keyring)
            table = Table(*_HEADINGS, box=None)
            compared = differing = untold = 0
            with Progress(console=Console(stderr=True)) as progress:
                task = progress.add_task(system, total=work.count)
                for each in work.rows:
                    compared += 1
                    differing += each.differs
                    untold += not each.is_told
                    if each.differs or each.words:
                        table.add_row(*_cells(each))
                    progress.advance(task)
        told = f", {untold} of which it does not tell all" if untold else ""
        say(console, f"{compared} compared{told}, {differing} differ.")
        if table.row_count:
            console.print(table)
        if differing:
            raise click.exceptions.Exit(1)

    return reconcile


def _work(hub: Hub, tenant: str, system: str, keyring: Callable[[], KeyRing]) -> _Work:
    with hub.reading(tenant) as view:
        connection = view.connections.find(system)
        if connection is not None and connection.kind is ConnectionKind.ERP:
            erp = connecting.adapters_of(hub.ports).erp(
                connecting.access_of(connection, tenant, keyring())
            )
            return _Work(view.handovers.count(system), _orders(hub, tenant, system, erp))
        systems = Systems(hub.ports, None if connection is None else keyring())
        billing = systems.find(view, system)
        if billing is None:
            known = "is not connected" if connection is None else "takes no orders or charges"
            raise NotFound(f"{system} {known}")
        count = reconciling.count_taken(view, system)
        return _Work(count, _charges(hub, tenant, system, billing))


def _orders(hub: Hub, tenant: str, system: str, erp: Erp) -> Iterator[_Row]:
    after = ""
    while True:
        with hub.reading(tenant) as view:
            page = view.handovers.page(system, _PAGE, after)
        if not page:
            return
        yield from (_order(hub, tenant, erp, each) for each in page)
        after = page[-1].order_id


def _order(hub: Hub, tenant: str, erp: Erp, each: Handover) -> _Row:
    """Read an order there and hear what is said of it."""
    try:
        state = _asked(lambda: erp.read(each.reference))
    except Declined as error:
        trouble = error.reason
    else:
        with hub.unit_of_work(tenant) as uow:
            trouble = following.hear(uow, each.system, state)
    with hub.reading(tenant) as view:
        now = view.handovers.find(each.system, each.reference) or each
        notes = reconciling.notes_of_order(view, each.order_id, each.system)
    return _Row(
        ours=each.order_id,
        there=each.number or each.reference,
        sold=each.net,
        found=now.net_there,
        words=(*filter(None, [trouble]), *notes),
        differs=bool(trouble or now.difference),
        is_told=bool(trouble) or now.difference is not None,
    )


def _charges(hub: Hub, tenant: str, system: str, billing: Billing) -> Iterator[_Row]:
    after = ""
    while True:
        with hub.reading(tenant) as view:
            page = reconciling.taken(view, system, _PAGE, after)
        if not page:
            return
        yield from (_charged(hub, tenant, billing, each) for each in page)
        after = page[-1]


def _charged(hub: Hub, tenant: str, billing: Billing, push_id: str) -> _Row:
    """Read a document there and compare it."""
    with hub.reading(tenant) as view:
        push = charging.get(view, push_id)
    said: BillingState | str
    try:
        said = _asked(lambda: billing.read(push.document, push.external_ids))
    except Declined as error:
        said = error.reason
    with hub.unit_of_work(tenant) as uow:
        found = reconciling.hear(uow, push_id, said)
    return _Row(
        ours=push.document.trace.quote_number,
        there=push.external_ids.get("document", ""),
        sold=push.document.total,
        found=found.total_there,
        words=(*found.reasons, *found.notes),
        differs=bool(found.reasons),
        is_told=found.is_told or bool(found.reasons),
    )


def _asked(ask: Callable[[], _T], more: int = _MORE_TRIES) -> _T:
    """What a system says, asked again a few times where it wants to be left alone for a while.

    Declined where it does not have what it is asked for.
    """
    try:
        return ask()
    except Declined:
        raise
    except PushError as error:
        if not more or not isinstance(error, Postponed):
            raise click.ClickException(printable(str(error))) from None
        wish = 1 if error.retry_after is None else error.retry_after
        time.sleep(min(wish, _LONGEST_WAIT))
    return _asked(ask, more - 1)


def _cells(row: _Row) -> tuple[str, ...]:
    found = "" if row.found is None else f"{row.found:f}"
    cells = (row.ours, row.there, f"{row.sold:f}", found, "; ".join(row.words))
    return tuple(map(printable, cells))
