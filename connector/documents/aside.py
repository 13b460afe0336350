"""Setting a large document in a process of its own, where its time and its memory end."""

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from engine.kernel.errors import Invalid, Unavailable

SECONDS = 30
MEMORY = 2 * 1024**3
_ROOT = Path(__file__).parents[2]
_AT_ONCE = BoundedSemaphore(2)


def set_in_type(given: bytes) -> bytes:
    """The PDF of a document's texts; at most two are set at once.

    Invalid where it takes too long or too much; Unavailable where two are being set.
    """
    if not _AT_ONCE.acquire(blocking=False):
        raise Unavailable("other large documents are being set")
    try:
        return _child(given)
    finally:
        _AT_ONCE.release()


def _child(given: bytes) -> bytes:
    command = [sys.executable, "-m", "connector.documents.child"]
    try:
        done = subprocess.run(  # noqa: S603 (our own module)
            command, input=given, capture_output=True, timeout=SECONDS, cwd=_ROOT, check=False
        )
    except subprocess.TimeoutExpired:
        raise Invalid(f"the document takes more than {SECONDS} seconds to set") from None
    if done.returncode:
        raise Invalid("the document takes more to set than there is")
    return done.stdout
