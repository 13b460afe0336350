"""What takes long to make is made once and kept: `${XDG_CACHE_HOME:-~/.cache}/quotewright/peers`.

A thing is kept in a folder named after all it was made from, so that another version is another
folder. A folder that was left half made is made anew.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_FINISHED = ".finished"


def place() -> Path:
    """Where things are kept; a folder of this user's own where there is no home to write to."""
    wanted = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    mine = Path(tempfile.gettempdir()) / f"quotewright-cache-{os.getuid()}"
    for each in (Path(wanted).expanduser(), mine):
        folder = each / "quotewright" / "peers"
        with suppress(OSError, RuntimeError):
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK | os.X_OK):
                return folder
    raise RuntimeError("there is no place to keep anything")


def key(*parts: str | bytes) -> str:
    """A short name for everything a thing is made from."""
    digest = hashlib.sha256()
    for each in parts:
        told = each.encode() if isinstance(each, str) else each
        digest.update(len(told).to_bytes(8, "big") + told)
    return digest.hexdigest()[:16]


def kept(name: str, made_from: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills, made unless it is there; one of several makers at a time."""
    folder = place() / f"{name}-{made_from}"
    with (place() / f"{name}-{made_from}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / _FINISHED).exists():
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        make(folder)
        (folder / _FINISHED).touch()
    return folder
