"""`users`: people who handle quotations. A password is printed once, where one was made."""

from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from connector.cli.doors import opened, printable, say
from engine.hub import Hub
from engine.services import staffing
from engine.services.staffing import NewUser, Staffed, UserChange
from engine.tenants.user import EVERY_RIGHT, Right

OpenHub = Callable[[], Hub]
_RIGHTS = click.Choice([each.value for each in EVERY_RIGHT])


def users_group(open_hub: OpenHub) -> click.Group:
    """The group of commands about users."""
    group = click.Group("users", help="Add, list, change and disable users.")
    group.add_command(_add(open_hub))
    group.add_command(_list(open_hub))
    group.add_command(_change(open_hub))
    group.add_command(_disable(open_hub))
    return group


def _add(open_hub: OpenHub) -> click.Command:
    @click.command("add")
    @click.argument("tenant")
    @click.argument("username")
    @click.option("--first-name", default="")
    @click.option("--last-name", default="")
    @click.option("--email", default="")
    @click.option("--password", default=None, help="Without it one is made and printed.")
    @click.option("--right", "rights", multiple=True, type=_RIGHTS, help="Without any: all.")
    @click.option("--privileged", is_flag=True, help="Sees what every user has.")
    def add(  # noqa: PLR0913 (as the command has options)
        tenant: str,
        username: str,
        *,
        first_name: str,
        last_name: str,
        email: str,
        password: str | None,
        rights: tuple[str, ...],
        privileged: bool,
    ) -> None:
        """Let USERNAME in as a user of TENANT."""
        command = NewUser(
            username=username,
            first_name=first_name,
            last_name=last_name,
            email=email,
            password=password,
            rights=_rights(rights) or EVERY_RIGHT,
            is_privileged=privileged,
        )
        with opened(open_hub) as hub, hub.unit_of_work(tenant) as uow:
            uow.catalogues.revision()  # the tenant has to be there
            made = staffing.add(uow, command)
        say(Console(), f"User {tenant}/{username} has the number {made.user.number}.")
        if password is None:
            _say_password(made)

    return add


def _list(open_hub: OpenHub) -> click.Command:
    @click.command("list")
    @click.argument("tenant")
    def listing(tenant: str) -> None:
        """List the users of TENANT."""
        with opened(open_hub) as hub, hub.reading(tenant) as reading:
            found = staffing.listed(reading)
        table = Table("Number", "User", "Name", "E-mail", "Rights", "Sees", "Let in", box=None)
        for each in found:
            table.add_row(
                str(each.number),
                each.username,
                printable(each.full_name),
                printable(each.email),
                ", ".join(each.rights),
                "all" if each.is_privileged else "own",
                "no" if each.disabled else "yes",
            )
        Console().print(table)

    return listing


def _change(open_hub: OpenHub) -> click.Command:
    @click.command("change")
    @click.argument("tenant")
    @click.argument("username")
    @click.option("--first-name", default=None)
    @click.option("--last-name", default=None)
    @click.option("--email", default=None)
    @click.option("--password", default=None)
    @click.option("--new-password", "renews_password", is_flag=True, help="Make and print one.")
    @click.option("--right", "rights", multiple=True, type=_RIGHTS, help="These, and no others.")
    @click.option("--privileged/--not-privileged", "is_privileged", default=None)
    @click.option("--enabled", is_flag=True, help="Let a disabled user in again.")
    def change(
        tenant: str, username: str, *, rights: tuple[str, ...], enabled: bool, **given: Any
    ) -> None:
        """Change what is known of a user of TENANT, or what it may do."""
        command = UserChange(
            rights=_rights(rights) or None, disabled=False if enabled else None, **given
        )
        with opened(open_hub) as hub, hub.unit_of_work(tenant) as uow:
            changed = staffing.change(uow, username, command)
        say(Console(), f"User {tenant}/{changed.user.username} is changed.")
        if command.renews_password:
            _say_password(changed)

    return change


def _disable(open_hub: OpenHub) -> click.Command:
    @click.command("disable")
    @click.argument("tenant")
    @click.argument("username")
    def disable(tenant: str, username: str) -> None:
        """Let USERNAME in no longer."""
        with opened(open_hub) as hub, hub.unit_of_work(tenant) as uow:
            gone = staffing.disable(uow, username)
        say(Console(), f"User {tenant}/{gone.username} is disabled.")

    return disable


def _rights(words: tuple[str, ...]) -> tuple[Right, ...]:
    return tuple(each for each in EVERY_RIGHT if each.value in words)


def _say_password(made: Staffed) -> None:
    say(Console(), f"Password, shown this once: {made.password}")
