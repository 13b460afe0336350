"""`worker`: delivers what the hub owes to other systems."""

import click
from rich.console import Console

from connector.cli.doors import say


@click.command("worker")
def worker() -> None:
    """Deliver what the hub owes to other systems.

    Orders stay in the hub: no operation owes anything to a system outside, so there is
    nothing to deliver and the command ends at once.
    """
    say(Console(), "Nothing to deliver: orders are kept here, and no system outside is connected.")
