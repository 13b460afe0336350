"""What takes long to make is made once and kept: `${XDG_CACHE_HOME:-~/.cache}/quotewright/peers`.

A thing is kept in a folder named after all it was made from, so that another version is another
folder. A folder that was left half made is made anew, one that is no longer used is removed.
"""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FINISHED = ".finished"
_UNUSED_SECONDS = 14 * 86_400


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
    """The folder that `make` fills, made unless it is there; one of several makers at a time.

    Other versions of it that nobody has used for a fortnight are removed.
    """
    folder = place() / f"{name}-{made_from}"
    with _locked(folder):
        if not (folder / _FINISHED).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
        (folder / _FINISHED).touch()  # it is used now
    for each in place().iterdir():
        if each != folder and re.fullmatch(re.escape(name) + "-[0-9a-f]{16}", each.name):
            _remove_unused(each)
    return folder


def _remove_unused(folder: Path) -> None:
    with suppress(OSError), _locked(folder, waits=False):
        finished = folder / _FINISHED
        used = (finished if finished.exists() else folder).stat().st_mtime
        if time.time() - used > _UNUSED_SECONDS:
            finished.unlink(missing_ok=True)  # first: what is left of it is no use
            shutil.rmtree(folder)
            _lock_of(folder).unlink()


@contextmanager
def _locked(folder: Path, *, waits: bool = True) -> Iterator[None]:
    """Nobody else makes or removes a folder meanwhile. BlockingIOError where it does not wait."""
    file = _lock_of(folder)
    while True:
        with file.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever removed the folder has removed the file as well: another one may be there.
            if file.exists() and os.path.samestat(os.fstat(lock.fileno()), file.stat()):
                yield
                return


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")
