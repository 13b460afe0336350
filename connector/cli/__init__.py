"""The commands of `python app.py`: tenants, keys, users, import, migrate, seed and the like.

`commands` gives the group; whoever starts the process adds what serves.
"""

from collections.abc import Callable

import click

from connector.cli.connections import connections_group
from connector.cli.database import migrate_command, seed_command
from connector.cli.importing import import_command
from connector.cli.keys import keys_group
from connector.cli.outbox import outbox_group
from connector.cli.signing import signing_group
from connector.cli.tenants import tenants_group
from connector.cli.users import users_group
from connector.cli.verifying import verify_events_command
from engine.hub import Hub
from engine.tenants.secrets import KeyRing


def commands(open_hub: Callable[[], Hub], keyring: Callable[[], KeyRing]) -> click.Group:
    """The group of all commands; a hub or ring is asked for only by a command that needs one."""
    group = click.Group(help="Quotewright, the quote-to-cash hub.")
    group.add_command(import_command(open_hub, keyring))
    group.add_command(tenants_group(open_hub, keyring))
    group.add_command(keys_group(open_hub))
    group.add_command(users_group(open_hub))
    group.add_command(outbox_group(open_hub))
    group.add_command(connections_group(open_hub, keyring))
    group.add_command(signing_group(open_hub, keyring))
    group.add_command(migrate_command(open_hub))
    group.add_command(seed_command(open_hub, keyring))
    group.add_command(verify_events_command(open_hub))
    return group
