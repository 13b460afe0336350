"""`connections`: the systems of a tenant, how they are reached, and what they call what is ours."""

import csv
import json
from collections.abc import Callable
from typing import Any, TextIO

import click
from rich.console import Console
from rich.table import Table

from connector.cli.doors import opened, printable, say
from connector.cli.reconciling import reconcile_command
from engine.connections.connection import Connection, ConnectionKind
from engine.hub import Hub
from engine.kernel.errors import NotFound
from engine.ports.connections import TableName
from engine.ports.outcomes import PushError
from engine.services import connecting, trying
from engine.services.charging import Systems
from engine.services.connecting import Connect
from engine.tenants.secrets import KeyRing

OpenHub = Callable[[], Hub]
OpenRing = Callable[[], KeyRing]
_CREDENTIALS = click.option(
    "--credentials-file",
    "credentials",
    type=click.File(),
    help="File with the credentials, a JSON object of texts (- for the standard input).",
)
_OPTION = click.option("--option", "options", multiple=True, help="NAME=VALUE, of the adapter.")


def connections_group(open_hub: OpenHub, keyring: OpenRing) -> click.Group:
    """The group of commands about systems of tenants."""
    group = click.Group("connections", help="Connect systems, test them, and map their names.")
    made = (_add(open_hub, keyring), _change(open_hub, keyring), _test(open_hub, keyring))
    others = (_plan(open_hub, keyring), reconcile_command(open_hub, keyring))
    for command in (*made, *others, _list(open_hub), _name(open_hub)):
        group.add_command(command)
    for name, verb, help_text in (
        ("pause", connecting.pause, "Send nothing to SYSTEM until it is resumed."),
        ("resume", connecting.resume, "Send to SYSTEM again what waited."),
        ("remove", connecting.disconnect, "Forget SYSTEM and its credentials."),
    ):
        group.add_command(_act(open_hub, name, verb, help_text))
    return group


def _add(open_hub: OpenHub, keyring: OpenRing) -> click.Command:
    @click.command("add")
    @click.argument("tenant")
    @click.argument("system")
    @click.option(
        "--kind", default="erp", type=click.Choice([each.value for each in ConnectionKind])
    )
    @click.option("--adapter", required=True, help="Who speaks to it, as docs/adapters.md lists.")
    @click.option("--url", required=True, help="Where it is.")
    @_CREDENTIALS
    @_OPTION
    def add(  # noqa: PLR0913, PLR0917 (what a connection is made of)
        tenant: str,
        system: str,
        kind: str,
        adapter: str,
        url: str,
        credentials: TextIO | None,
        options: tuple[str, ...],
    ) -> None:
        """Connect SYSTEM, as routing and billing call it, of TENANT."""
        with opened(open_hub) as hub, hub.unit_of_work(tenant) as uow:
            command = Connect(
                kind=ConnectionKind(kind),
                system=system,
                adapter=adapter,
                url=url,
                credentials=_read(credentials) or {},
                options=_options(options),
            )
            made = connecting.connect(uow, keyring(), connecting.adapters_of(hub.ports), command)
        say(Console(), f"{made.system} is connected as {made.id}. Try: connections test")

    return add


def _change(open_hub: OpenHub, keyring: OpenRing) -> click.Command:
    @click.command("change")
    @click.argument("tenant")
    @click.argument("system")
    @click.option("--url", help="Where it is.")
    @_CREDENTIALS
    @_OPTION
    def change(
        tenant: str,
        system: str,
        url: str | None,
        credentials: TextIO | None,
        options: tuple[str, ...],
    ) -> None:
        """Change how SYSTEM of TENANT is reached; options are added to those there are."""
        with opened(open_hub) as hub, hub.unit_of_work(tenant) as uow:
            found = _found(uow, system)
            connecting.reconnect(
                uow,
                keyring(),
                connecting.adapters_of(hub.ports),
                found.id,
                url=url,
                credentials=_read(credentials),
                options={**found.options, **_options(options)} if options else None,
            )
        say(Console(), f"{system} is changed. Try: connections test")

    return change


def _test(open_hub: OpenHub, keyring: OpenRing) -> click.Command:
    @click.command("test")
    @click.argument("tenant")
    @click.argument("system")
    def test(tenant: str, system: str) -> None:
        """Try SYSTEM with everything a push needs; one that was locked goes on if it works."""
        console = Console()
        with opened(open_hub) as hub:
            with hub.reading(tenant) as view:
                tried = trying.trial(view, keyring(), system)
            verdict = trying.check(connecting.adapters_of(hub.ports), tried)
            with hub.unit_of_work(tenant) as uow:
                trying.concluded(uow, tried, verdict)
        if verdict.reason:
            raise click.ClickException(printable(verdict.reason))
        say(console, f"{system}: {verdict.identity}")
        say(console, *(f"  {each}" for each in verdict.troubles))
        if verdict.troubles:
            raise click.ClickException("the system can be reached, and not everything is there")

    return test


def _list(open_hub: OpenHub) -> click.Command:
    @click.command("list")
    @click.argument("tenant")
    def listing(tenant: str) -> None:
        """List the systems of TENANT, without their credentials."""
        with opened(open_hub) as hub, hub.reading(tenant) as view:
            view.catalogues.revision()  # there is such a tenant
            found = view.connections.all()
        table = Table("System", "Kind", "Adapter", "Address", "Status", "Reason", box=None)
        for each in found:
            named = (each.system, each.kind.value, each.adapter, each.url, each.status.value)
            table.add_row(*(printable(word) for word in (*named, each.reason)))
        Console().print(table)

    return listing


def _name(open_hub: OpenHub) -> click.Command:
    @click.command("name")
    @click.argument("tenant")
    @click.argument("system")
    @click.argument("table", type=click.Choice([each.value for each in TableName]))
    @click.argument("pairs", nargs=-1)
    @click.option("--file", "rows", type=click.File(), help="CSV of ours and theirs, no heading.")
    def name(
        tenant: str, system: str, table: str, pairs: tuple[str, ...], rows: TextIO | None
    ) -> None:
        """Say what SYSTEM calls what is ours: OURS=THEIRS each; OURS= takes the name away."""
        named = _pairs(pairs)
        if rows is not None:
            named |= {row[0]: row[1] for row in csv.reader(rows) if len(row) > 1}
        with opened(open_hub) as hub, hub.unit_of_work(tenant) as uow:
            found = _found(uow, system)
            said = {ours: theirs or None for ours, theirs in named.items()}
            saved = connecting.name(uow, found.id, TableName(table), said)
        say(Console(), f"{table} has {len(saved.tables.get(table, {}))} names of {system}.")

    return name


def _plan(open_hub: OpenHub, keyring: OpenRing) -> click.Command:
    @click.command("plan")
    @click.argument("tenant")
    @click.argument("system")
    @click.argument("order")
    def plan(tenant: str, system: str, order: str) -> None:
        """List what SYSTEM lacks or cannot express of ORDER, by id or number; sends nothing."""
        console = Console()
        with opened(open_hub) as hub:
            with hub.reading(tenant) as view:
                revision = view.catalogues.revision()
            data, systems = hub.snapshot(tenant, revision), Systems(hub.ports, keyring())
            with hub.reading(tenant) as view:
                tried = trying.trial(view, keyring(), system)
                draft = trying.drafted(view, data, systems, tried, order)
            try:
                planned = trying.planned(connecting.adapters_of(hub.ports), draft)
            except PushError as error:
                verdict = trying.refused(tried, error)
                with hub.unit_of_work(tenant) as uow:
                    trying.concluded(uow, tried, verdict)
                raise click.ClickException(printable(verdict.reason)) from None
        found, currency = planned.plan, draft.document.currency
        for miss in found.misses:
            say(console, f"missing: {miss.table.value} {miss.ours} as {miss.theirs}, {miss.where}")
        for loss in found.losses:
            amount = "" if loss.amount is None else f", {loss.amount:f} {currency}"
            say(console, f"lost: {loss.message}, {loss.path}{amount}")
        if not planned.is_ready:
            raise click.ClickException("it cannot be handed over so")
        say(console, "Everything is there.")

    return plan


def _act(
    open_hub: OpenHub, name: str, verb: Callable[[Any, str], object], help_text: str
) -> click.Command:
    @click.command(name, help=help_text)
    @click.argument("tenant")
    @click.argument("system")
    def act(tenant: str, system: str) -> None:
        with opened(open_hub) as hub, hub.unit_of_work(tenant) as uow:
            verb(uow, _found(uow, system).id)
        say(Console(), f"{system}: {name} is done.")

    return act


def _found(view: Any, system: str) -> Connection:
    found: Connection | None = view.connections.find(system)
    if found is None:
        raise NotFound(f"{system} is not connected")
    return found


def _read(file: TextIO | None) -> dict[str, str] | None:
    if file is None:
        return None
    try:
        read = json.load(file)
    except ValueError:
        read = None
    if not isinstance(read, dict) or not all(isinstance(each, str) for each in read.values()):
        raise click.ClickException("credentials are a JSON object of texts")
    return read


def _options(written: tuple[str, ...]) -> dict[str, str]:
    return _pairs(written)


def _pairs(written: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for each in written:
        name, is_there, value = each.partition("=")
        if not is_there or not name:
            raise click.ClickException(f"{printable(each)} is no NAME=VALUE")
        pairs[name] = value
    return pairs
