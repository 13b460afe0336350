"""`outbox`: what the hub owes to systems outside and has given up."""

import time
from collections.abc import Callable

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from connector.cli.doors import opened, printable, say
from engine.hub import Hub
from engine.services import overseeing, retrying

_MOST = 200
_EVERY_SECONDS = 1.0
_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeRemainingColumn(),
    TextColumn("{task.fields[parked]} parked"),
)


def outbox_group(open_hub: Callable[[], Hub]) -> click.Group:
    """The group of commands about what is owed."""
    group = click.Group("outbox", help="Follow what is owed, list what was given up, ask again.")
    group.add_command(_list(open_hub))
    group.add_command(_again(open_hub))
    group.add_command(_follow(open_hub))
    return group


def _list(open_hub: Callable[[], Hub]) -> click.Command:
    @click.command("list")
    @click.argument("tenant")
    def listing(tenant: str) -> None:
        """List what TENANT's systems were owed and was given up, with the last reason."""
        with opened(open_hub) as hub, hub.reading(tenant) as view:
            view.catalogues.revision()  # there is such a tenant
            found = retrying.given_up(view, _MOST)
        table = Table("Id", "Kind", "To", "About", "Tries", "Reason", box=None)
        for each in found:
            owed = each.effect
            said = () if each.last is None else (each.last.error, *each.last.answer.splitlines())
            names = (owed.id, owed.kind, printable(owed.target), owed.subject, str(owed.tries))
            table.add_row(*names, "; ".join(printable(word) for word in said if word))
        Console().print(table)

    return listing


def _again(open_hub: Callable[[], Hub]) -> click.Command:
    @click.command("again")
    @click.argument("tenant")
    @click.argument("ids", nargs=-1, required=True)
    def again(tenant: str, ids: tuple[str, ...]) -> None:
        """Ask for what was given up again, under the same keys: IDS as listed."""
        with opened(open_hub) as hub, hub.unit_of_work(tenant) as uow:
            count = overseeing.asked_again(uow, hub.ports, list(dict.fromkeys(ids)))
        say(Console(), f"{count} will be tried again.")

    return again


def _follow(open_hub: Callable[[], Hub]) -> click.Command:
    @click.command("follow")
    @click.argument("tenant")
    @click.argument("system")
    def follow(tenant: str, system: str) -> None:
        """Watch what SYSTEM of TENANT is handed, until nothing is left or it may not be tried."""
        console = Console()
        with opened(open_hub) as hub, Progress(*_COLUMNS, console=Console(stderr=True)) as progress:
            with hub.reading(tenant) as view:
                view.catalogues.revision()  # there is such a tenant
                found = overseeing.standing(view, system)
            before = found.done + found.parked
            bar = progress.add_task(printable(system), total=None, parked=found.parked)
            while True:
                ended = found.done + found.parked - before
                progress.update(
                    bar, completed=ended, total=ended + found.under_way, parked=found.parked
                )
                if not found.under_way:
                    break
                time.sleep(_EVERY_SECONDS)
                with hub.reading(tenant) as view:
                    found = overseeing.standing(view, system)
        say(console, f"{found.done} handed over, {found.parked} parked, {found.waiting} waiting.")
        if found.parked or found.waiting:
            raise click.exceptions.Exit(1)

    return follow
