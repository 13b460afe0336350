"""`outbox`: what the hub owes to systems outside and has given up."""

from collections.abc import Callable

import click
from rich.console import Console
from rich.table import Table

from connector.cli.doors import opened, printable, say
from engine.hub import Hub
from engine.services import retrying

_MOST = 200


def outbox_group(open_hub: Callable[[], Hub]) -> click.Group:
    """The group of commands about what is owed."""
    group = click.Group("outbox", help="List what was given up, and ask for it again.")
    group.add_command(_list(open_hub))
    group.add_command(_again(open_hub))
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
            count = retrying.again(uow, list(dict.fromkeys(ids)))
        say(Console(), f"{count} will be tried again.")

    return again
