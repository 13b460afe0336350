"""`tenants`: who is served. A secret is printed once, by the command that made it."""

from collections.abc import Callable

import click
from rich.console import Console
from rich.table import Table

from connector.cli.doors import opened, printable, say
from engine.hub import Hub
from engine.services import connecting, signing_connections, subscribing, tenancy
from engine.services.tenancy import Issued
from engine.tenants.secrets import KeyRing
from engine.tenants.tenant import SignIn

OpenHub = Callable[[], Hub]


def tenants_group(open_hub: OpenHub, keyring: Callable[[], KeyRing]) -> click.Group:
    """The group of commands about tenants."""
    group = click.Group("tenants", help="Add, list, rotate, disable and enable tenants.")
    group.add_command(_add(open_hub, keyring))
    group.add_command(_list(open_hub))
    group.add_command(_rotate(open_hub, keyring))
    group.add_command(_reseal(open_hub, keyring))
    group.add_command(_switch(open_hub, "disable", disable=True))
    group.add_command(_switch(open_hub, "enable", disable=False))
    return group


def say_secret(console: Console, issued: Issued) -> None:
    """Print the secret that was just made, if there is one; it cannot be shown again."""
    if issued.secret is not None:
        say(console, f"Shared secret, shown this once: {issued.secret}")


def _add(open_hub: OpenHub, keyring: Callable[[], KeyRing]) -> click.Command:
    @click.command("add")
    @click.argument("tenant")
    @click.option("--name", default="", help="What people call the tenant.")
    @click.option(
        "--environment",
        is_flag=True,
        help="Callers sign in through the CRM's environment; there is no shared secret.",
    )
    def add(tenant: str, name: str, *, environment: bool) -> None:
        """Begin to serve TENANT."""
        mode = SignIn.ENVIRONMENT if environment else SignIn.SHARED_SECRET
        with opened(open_hub) as hub, hub.administration() as administration:
            issued = tenancy.create_tenant(administration, tenant, mode, keyring(), name=name)
        console = Console()
        say(console, f"Tenant {tenant} is served.")
        say_secret(console, issued)

    return add


def _list(open_hub: OpenHub) -> click.Command:
    @click.command("list")
    def listing() -> None:
        """List all tenants."""
        with opened(open_hub) as hub, hub.administration() as administration:
            tenants = administration.tenants.all()
        table = Table("Tenant", "Name", "Sign-in", "Served", "Revision", box=None)
        for tenant in tenants:
            table.add_row(
                tenant.id,
                printable(tenant.name),
                tenant.sign_in.value,
                "no" if tenant.disabled else "yes",
                str(tenant.revision),
            )
        Console().print(table)

    return listing


def _rotate(open_hub: OpenHub, keyring: Callable[[], KeyRing]) -> click.Command:
    @click.command("rotate")
    @click.argument("tenant")
    def rotate(tenant: str) -> None:
        """Replace the shared secret of TENANT; the old one is refused at once."""
        with opened(open_hub) as hub, hub.administration() as administration:
            issued = tenancy.rotate_secret(administration, tenant, keyring())
        say_secret(Console(), issued)

    return rotate


def _reseal(open_hub: OpenHub, keyring: Callable[[], KeyRing]) -> click.Command:
    @click.command("reseal")
    def reseal() -> None:
        """Seal every secret with the first key of the ring."""
        with opened(open_hub) as hub:
            ring, count = keyring(), 0
            with hub.administration(reading=True) as administration:
                tenants = [each.id for each in administration.tenants.all()]
            for tenant in tenants:
                with hub.unit_of_work(tenant) as uow:
                    count += connecting.reseal(uow, ring)
            with hub.administration() as administration:
                count += tenancy.reseal(administration, ring)
                count += signing_connections.reseal(administration, ring)
                count += subscribing.reseal(administration, ring)
        say(Console(), f"{count} secrets were sealed anew.")

    return reseal


def _switch(open_hub: OpenHub, word: str, *, disable: bool) -> click.Command:
    @click.command(word, help=f"{word.capitalize()} TENANT; its data stay.")
    @click.argument("tenant")
    def switch(tenant: str) -> None:
        verb = tenancy.disable if disable else tenancy.enable
        with opened(open_hub) as hub, hub.administration() as administration:
            verb(administration, tenant)
        say(Console(), f"Tenant {tenant} is {word}d.")

    return switch
