"""Reading a file in a process of its own, which may be slow and may be ended.

A file within all limits may still take many seconds to unpack. Beside a server it is read where
it holds nobody up, and where its time and its memory end.
"""

import pickle
import struct
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from types import MappingProxyType
from typing import Any

from engine.catalog.intake import Upload
from engine.kernel.errors import Invalid, Unavailable

SECONDS = 30
MEMORY = 2 * 1024**3
_ROOT = Path(__file__).parents[2]
LENGTH = struct.Struct(">I")
"""What stands before the file's name and the file: the bytes of the name."""
_AT_ONCE = BoundedSemaphore(2)


def read(content: bytes, name: str) -> Upload:
    """The upload in `content`, as `reading.read_bytes`; at most two are read at once.

    Invalid also where reading takes too long or too much; Unavailable where two are being read.
    """
    if not _AT_ONCE.acquire(blocking=False):
        raise Unavailable("other files are being read")
    try:
        told = name.encode("utf-8", "replace")
        written = _child(LENGTH.pack(len(told)) + told + content)
    finally:
        _AT_ONCE.release()
    found = pickle.loads(written)  # noqa: S301 (written by our own code in child.py)
    if isinstance(found, Upload):
        return found
    raise Invalid(str(found))


def frozen(table: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """A table nobody changes; pickles name this function, as they cannot name the type."""
    return MappingProxyType(table)


def _child(given: bytes) -> bytes:
    command = [sys.executable, "-m", "connector.files.child"]
    try:
        done = subprocess.run(  # noqa: S603 (our own module)
            command, input=given, capture_output=True, timeout=SECONDS, cwd=_ROOT, check=False
        )
    except subprocess.TimeoutExpired:
        raise Invalid(f"the file takes more than {SECONDS} seconds to read") from None
    if done.returncode:
        raise Invalid("the file takes more to read than there is")
    return done.stdout
