"""`signing`: whose signing callbacks are believed. What is secret is printed once."""

from collections.abc import Callable
from typing import TextIO

import click
from rich.console import Console
from rich.table import Table

from connector.cli.doors import opened, say
from engine.hub import Hub
from engine.proposals.signature import Provider
from engine.services import signing_connections
from engine.tenants.secrets import KeyRing
from engine.tenants.signing import NewConnection

OpenHub = Callable[[], Hub]
_SECRET = click.option(
    "--secret-file",
    type=click.File(),
    help="File with the provider's secret (- for the standard input); without it one is made.",
)


def signing_group(open_hub: OpenHub, keyring: Callable[[], KeyRing]) -> click.Group:
    """The group of commands about signing providers."""
    group = click.Group("signing", help="Add, rotate and list signing providers.")
    group.add_command(_add(open_hub, keyring))
    group.add_command(_rotate(open_hub, keyring))
    group.add_command(_list(open_hub))
    return group


def _add(open_hub: OpenHub, keyring: Callable[[], KeyRing]) -> click.Command:
    @click.command("add")
    @click.argument("tenant")
    @click.argument("provider", type=click.Choice([each.value for each in Provider]))
    @_SECRET
    @click.option(
        "--access-file",
        type=click.File(),
        help="File with what the provider is asked with; without it completions are not confirmed.",
    )
    @click.option("--api", default="", help="Where it is asked, if not at its usual address.")
    def add(
        tenant: str,
        provider: str,
        secret_file: TextIO | None,
        access_file: TextIO | None,
        api: str,
    ) -> None:
        """Believe callbacks of PROVIDER about documents of TENANT."""
        with opened(open_hub) as hub, hub.administration() as administration:
            made = signing_connections.add(
                administration,
                tenant,
                Provider(provider),
                keyring(),
                clock=hub.clock,
                ids=hub.ids,
                secret=_read(secret_file),
                access=_read(access_file),
                api=api,
            )
        console = Console()
        say(console, f"Connection {made.connection.id} is believed.")
        say(console, f"Address, shown this once: /api/v1/sign/{provider}/{made.token}")
        _say_secret(console, made)

    return add


def _rotate(open_hub: OpenHub, keyring: Callable[[], KeyRing]) -> click.Command:
    @click.command("rotate")
    @click.argument("tenant")
    @click.argument("connection")
    @_SECRET
    @click.option("--only", is_flag=True, help="The older secrets are believed no longer.")
    def rotate(tenant: str, connection: str, secret_file: TextIO | None, *, only: bool) -> None:
        """Believe a new secret of CONNECTION, beside the older ones."""
        with opened(open_hub) as hub, hub.administration() as administration:
            made = signing_connections.rotate(
                administration,
                tenant,
                connection,
                keyring(),
                secret=_read(secret_file),
                only=only,
            )
        console = Console()
        say(console, f"Secrets that are believed: {len(made.connection.sealed)}.")
        _say_secret(console, made)

    return rotate


def _list(open_hub: OpenHub) -> click.Command:
    @click.command("list")
    @click.argument("tenant")
    def listing(tenant: str) -> None:
        """List the signing providers of TENANT, without their secrets."""
        with opened(open_hub) as hub, hub.administration(reading=True) as administration:
            found = signing_connections.listed(administration, tenant)
        table = Table("Connection", "Provider", "Secrets", "Asked", "Made", box=None)
        for each in found:
            asked = "no" if each.access is None else "yes"
            made = f"{each.created_at:%Y-%m-%d %H:%M}"
            table.add_row(each.id, each.provider, str(len(each.sealed)), asked, made)
        Console().print(table)

    return listing


def _read(file: TextIO | None) -> str | None:
    return None if file is None else file.read().strip()


def _say_secret(console: Console, made: NewConnection) -> None:
    if made.secret is not None:
        say(console, f"Secret, shown this once: {made.secret}")
