"""`connections reconcile`: every order a system has is read there and compared, to the cent."""

from collections.abc import Callable, Iterator

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from connector.cli.doors import opened, printable, say
from engine.connections.handover import Handover
from engine.hub import Hub
from engine.kernel.errors import NotFound
from engine.ports.erp import Erp
from engine.ports.outcomes import Declined, PushError
from engine.services import connecting, following
from engine.tenants.secrets import KeyRing

_PAGE = 200


def reconcile_command(open_hub: Callable[[], Hub], keyring: Callable[[], KeyRing]) -> click.Command:
    """The command; it ends with 1 where anything differs."""

    @click.command("reconcile")
    @click.argument("tenant")
    @click.argument("system")
    def reconcile(tenant: str, system: str) -> None:
        """Compare what SYSTEM has of TENANT's orders with what was sold."""
        console = Console()
        with opened(open_hub) as hub:
            with hub.reading(tenant) as view:
                found = view.connections.find(system)
                if found is None:
                    raise NotFound(f"{system} is not connected")
                access = connecting.access_of(found, tenant, keyring())
                count = view.handovers.count(system)
            erp = connecting.adapters_of(hub.ports).erp(access)
            table = Table("Order", "There", "Sold for", "There for", "Trouble", box=None)
            with Progress(console=Console(stderr=True)) as progress:
                task = progress.add_task(system, total=count)
                for each in _all(hub, tenant, system):
                    trouble = _compared(hub, tenant, erp, each)
                    after = _now(hub, tenant, each)
                    if trouble or after.difference:
                        there = "" if after.net_there is None else f"{after.net_there:f}"
                        row = (each.order_id, each.number or each.reference, f"{each.net:f}", there)
                        table.add_row(*(printable(word) for word in (*row, trouble)))
                    progress.advance(task)
        say(console, f"{count} compared, {table.row_count} differ.")
        if table.row_count:
            console.print(table)
            raise click.exceptions.Exit(1)

    return reconcile


def _all(hub: Hub, tenant: str, system: str) -> Iterator[Handover]:
    after = ""
    while True:
        with hub.reading(tenant) as view:
            page = view.handovers.page(system, _PAGE, after)
        if not page:
            return
        yield from page
        after = page[-1].order_id


def _compared(hub: Hub, tenant: str, erp: Erp, each: Handover) -> str:
    """Read an order there and hear what is said of it; what is wrong, if anything."""
    try:
        state = erp.read(each.reference)
    except Declined as error:
        return error.reason
    except PushError as error:
        raise click.ClickException(printable(str(error))) from None
    with hub.unit_of_work(tenant) as uow:
        return following.hear(uow, each.system, state)


def _now(hub: Hub, tenant: str, each: Handover) -> Handover:
    with hub.reading(tenant) as view:
        return view.handovers.find(each.system, each.reference) or each
