"""What every command shares: the hub it works on, how it fails, how it speaks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console

from engine.hub import Hub
from engine.kernel.errors import EngineError
from engine.tenants.secrets import Unsealable


@contextmanager
def plainly() -> Iterator[None]:
    """Refusals of the engine end the command with one line and exit code 1."""
    try:
        yield
    except EngineError as error:
        raise click.ClickException(printable(error.detail)) from None
    except Unsealable as error:
        raise click.ClickException(f"the secrets cannot be opened: {error}") from None


@contextmanager
def opened(open_hub: Callable[[], Hub]) -> Iterator[Hub]:
    """The hub with its newest schema, for one command."""
    with plainly():
        hub = open_hub()
        try:
            if not hub.ready():
                hub.migrate()
            yield hub
        finally:
            hub.close()


def say(console: Console, *lines: str) -> None:
    """Print lines as they are: no markup, no wrapping, nothing that steers a terminal."""
    for line in lines:
        console.print(printable(line), markup=False, highlight=False, emoji=False, soft_wrap=True)


def printable(text: str) -> str:
    """`text` with a mark in the place of every character that would steer a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
