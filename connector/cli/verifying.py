"""`verify-events`: whether what happened still stands as it was written."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console

from connector.cli.doors import opened, say
from engine.events.event import Broken, Event, verify
from engine.hub import Hub


def verify_events_command(open_hub: Callable[[], Hub]) -> click.Command:
    """The command that checks a tenant's chain of events."""

    @click.command("verify-events")
    @click.argument("tenant")
    @click.option(
        "--file",
        "file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="events as GET /api/v1/events gave them: pages or events, one JSON value a line",
    )
    def verify_events(tenant: str, file: Path | None) -> None:
        """Check the chain of TENANT's events from the first to the last; ends 1 where it breaks."""
        if file is not None:
            broken, count = _verified(tenant, _from_file(file))
        else:
            with opened(open_hub) as hub, hub.reading(tenant) as view:
                view.catalogues.revision()  # there is such a tenant
                broken, count = _verified(tenant, view.events.chain())
                broken = broken or view.events.cut_off(count)
        if broken is not None:
            say(Console(), f"The chain breaks at {broken.event_id}: it {broken.why}.")
            raise SystemExit(1)
        say(Console(), f"{count} events of {tenant}, every one as it was written.")

    return verify_events


def _verified(tenant: str, events: Iterator[Event]) -> tuple[Broken | None, int]:
    count = 0

    def counted() -> Iterator[Event]:
        nonlocal count
        for each in events:
            count += 1
            yield each

    return verify(tenant, counted()), count


def _from_file(file: Path) -> Iterator[Event]:
    """The events of a file, in the order of their positions."""
    told: dict[str, Any] = {}
    for line in file.read_bytes().splitlines():
        if not line.strip():
            continue
        value = _decode(line)
        for each in value["data"] if "next_cursor" in value else [value]:
            told[each["id"]] = each
    for each in sorted(told.values(), key=lambda each: each["position"]):
        yield msgspec.convert({name: each[name] for name in Event.__slots__}, Event)


_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
