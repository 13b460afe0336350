"""The emulator of SAP as a peer: installed once, started with a system of its own in memory."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.adapters.erp.sap.peer import MockSapPeer
from tests.peers import environments

_WANTED = Path(__file__).parent / "mock-sap-requirements.txt"


def program() -> Path:
    """The emulator's program, in an environment of its own."""
    return environments.python_of("mock-sap", _WANTED).parent / "mock-sap"


@contextlib.contextmanager
def running() -> Iterator[MockSapPeer]:
    """A freshly started emulator, until the block ends."""
    with contextlib.closing(MockSapPeer(program())) as peer:
        yield peer
