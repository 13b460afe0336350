"""`import`: a catalogue file into a tenant, with progress on a terminal and a summary."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from connector.cli.doors import opened, plainly, say
from connector.cli.tenants import say_secret
from connector.files import reading
from engine.catalog.intake import Rejection, Remark, Upload
from engine.hub import Hub
from engine.services import tenancy
from engine.services.importing import ImportReport, follow_up, import_catalogue
from engine.tenants.secrets import KeyRing
from engine.tenants.tenant import SignIn

_SHOWN = 50


def import_command(open_hub: Callable[[], Hub], keyring: Callable[[], KeyRing]) -> click.Command:
    """The command that imports a file."""

    @click.command("import")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.argument("tenant", required=False)
    @click.option("--tenant", "named", help="The same as the second argument.")
    def importing(file: Path, tenant: str | None, named: str | None) -> None:
        """Import the catalogue in FILE into TENANT, which is created if there is none.

        FILE is a workbook in the reference layout, a CSV, a JSON file, or the directory of
        the two-file JSON layout. Rows that cannot be taken are listed and left out.
        """
        tenant_id = tenant or named
        if tenant_id is None:
            raise click.UsageError("name the tenant to import into")
        console = Console()
        with plainly():
            upload = reading.read_path(file)
        with opened(open_hub) as hub:
            new = _create_if_missing(hub, tenant_id, keyring, console)
            report = _imported(hub, tenant_id, upload, console, new=new)
            follow_up(partial(hub.unit_of_work, tenant_id), upload)
        _summarise(console, f"{file.name} into {tenant_id}", report)

    return importing


def _create_if_missing(
    hub: Hub, tenant_id: str, keyring: Callable[[], KeyRing], console: Console
) -> bool:
    if hub.standing(tenant_id) is not None:
        return False
    with hub.administration() as administration:
        issued = tenancy.create_tenant(administration, tenant_id, SignIn.SHARED_SECRET, keyring())
    say(console, f"Tenant {tenant_id} is new, and a sandbox.")
    say_secret(console, issued)
    return True


def _imported(
    hub: Hub, tenant_id: str, upload: Upload, console: Console, *, new: bool
) -> ImportReport:
    rows = sum(len(table.rows) for table in upload.tables)
    with (
        Progress(console=console, disable=not console.is_terminal, transient=True) as progress,
        hub.unit_of_work(tenant_id) as uow,
    ):
        task = progress.add_task("Importing", total=rows)
        return import_catalogue(uow, upload, sandbox=new, on_row=lambda: progress.advance(task))


def _summarise(console: Console, what: str, report: ImportReport) -> None:
    say(
        console,
        f"Imported {what}: {report.created} created, {report.updated} updated, "
        f"{report.unchanged} unchanged, {len(report.rejected)} rejected, "
        f"{len(report.warnings)} warning{'s' if len(report.warnings) != 1 else ''}.",
    )
    _list(console, "rejected", report.rejected)
    _list(console, "warning", report.warnings)


def _list(console: Console, word: str, notes: Sequence[Rejection | Remark]) -> None:
    say(console, *(f"{word}: {_where(note)} {note.message}" for note in notes[:_SHOWN]))
    if len(notes) > _SHOWN:
        say(console, f"{word}: and {len(notes) - _SHOWN} more")


def _where(note: Rejection | Remark) -> str:
    row = f"row {note.row}" if note.row else ""
    return ", ".join(part for part in (note.sheet, row, note.column) if part) + ":"
