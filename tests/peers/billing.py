"""Peers of the billing adapters, each in an environment of its own."""

from pathlib import Path

from tests.peers import environments

_HERE = Path(__file__).parent


def vayu() -> Path:
    """An interpreter that has the vendor's SDK."""
    return environments.python_of("vayu", _HERE / "vayu-requirements.txt")


def localstripe() -> Path:
    """An interpreter that has the emulator."""
    return environments.python_of("localstripe", _HERE / "localstripe-requirements.txt")


def prepare() -> None:
    """Make both environments."""
    vayu()
    localstripe()
