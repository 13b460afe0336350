"""Passwords of the demo's users, kept so that checking one costs next to nothing.

How much it costs stands beside each password, as it does for those the product keeps.
"""

import base64
import hashlib
from dataclasses import replace

from connector.cli import demo
from engine.hub import Hub

_COST, _BLOCK, _LANES = 2, 8, 1
_SALT = bytes(16)


def keep_cheaply(hub: Hub) -> None:
    """Keep the same passwords again."""
    for tenant, users in demo.USERS.items():
        with hub.unit_of_work(tenant) as uow:
            for each in users:
                kept = uow.users.named(each.username)
                if kept is not None and each.password is not None:
                    uow.users.save(replace(kept, digest=_digest(each.password)))


def _digest(password: str) -> str:
    made = hashlib.scrypt(password.encode(), salt=_SALT, n=_COST, r=_BLOCK, p=_LANES, dklen=32)
    salt, text = (base64.b64encode(raw).decode() for raw in (_SALT, made))
    return f"scrypt${_COST}${_BLOCK}${_LANES}${salt}${text}"
