"""`keys`: API keys of a tenant. A key is printed once, by the command that made it."""

from collections.abc import Callable

import click
from rich.console import Console
from rich.table import Table

from connector.cli.doors import opened, printable, say
from engine.hub import Hub
from engine.services import keys


def keys_group(open_hub: Callable[[], Hub]) -> click.Group:
    """The group of commands about API keys."""
    group = click.Group("keys", help="Create, list and revoke API keys.")
    group.add_command(_create(open_hub))
    group.add_command(_list(open_hub))
    group.add_command(_revoke(open_hub))
    return group


def _create(open_hub: Callable[[], Hub]) -> click.Command:
    @click.command("create")
    @click.argument("tenant")
    @click.option("--name", default="", help="What people call the key.")
    @click.option("--system", default=None, help="The fulfilment system that alone may use it.")
    def create(tenant: str, name: str, system: str | None) -> None:
        """Make a key for programs of TENANT, or for one system that fulfils its orders."""
        with opened(open_hub) as hub, hub.administration() as administration:
            made = keys.create(administration, tenant, name, hub.clock, system)
        console = Console()
        say(console, f"API key, shown this once: {made.text}")

    return create


def _list(open_hub: Callable[[], Hub]) -> click.Command:
    @click.command("list")
    @click.argument("tenant")
    def listing(tenant: str) -> None:
        """List the keys of TENANT, without their secrets."""
        with opened(open_hub) as hub, hub.administration(reading=True) as administration:
            found = keys.listed(administration, tenant)
        table = Table("Key", "Name", "System", "Made", "Revoked", box=None)
        for key in found:
            revoked = "" if key.revoked_at is None else f"{key.revoked_at:%Y-%m-%d %H:%M}"
            names = (printable(key.name), printable(key.system or ""))
            table.add_row(key.id, *names, f"{key.created_at:%Y-%m-%d %H:%M}", revoked)
        Console().print(table)

    return listing


def _revoke(open_hub: Callable[[], Hub]) -> click.Command:
    @click.command("revoke")
    @click.argument("key")
    def revoke(key: str) -> None:
        """Refuse KEY (its id, as listed) from now on."""
        with opened(open_hub) as hub, hub.administration() as administration:
            revoked = keys.revoke(administration, key.partition(".")[0], hub.clock)
        say(Console(), f"Key {revoked.id} is revoked.")

    return revoke
