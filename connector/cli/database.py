"""`migrate` and `seed`: the database and the demo tenants in it."""

from collections.abc import Callable

import click
from rich.console import Console

from connector.cli import demo
from connector.cli.doors import opened, plainly, say
from engine.hub import Hub
from engine.tenants.secrets import KeyRing


def migrate_command(open_hub: Callable[[], Hub]) -> click.Command:
    """The command that brings the schema to its newest form."""

    @click.command("migrate")
    def migrate() -> None:
        """Bring the database to the newest schema."""
        with plainly():
            hub = open_hub()
            try:
                hub.migrate()
            finally:
                hub.close()
        say(Console(), "The database has the newest schema.")

    return migrate


def seed_command(open_hub: Callable[[], Hub], keyring: Callable[[], KeyRing]) -> click.Command:
    """The command that creates the demo tenants."""

    @click.command("seed")
    def seed() -> None:
        """Create the demo tenants, unless they are there."""
        with opened(open_hub) as hub:
            made = demo.seed(hub, keyring())
        done = f"Created {', '.join(made)}." if made else "The demo tenants are there already."
        say(Console(), done)

    return seed
