"""`python -m tests.peers`: runs what proves the adapters against peers that are installed for it.

Each peer has a run of its own, and two run at a time. Names said after it choose some of them.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.adapters.conformance.registry import REGISTRY
from tests.peers import billing, shelf
from tests.peers.plugin import Row, lines

_ROOT = Path(__file__).parents[2]
_AT_ONCE = 2
_PATIENCE = 1500
_SUITE = "tests/adapters/conformance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run of tests; `prepare` makes beforehand what takes long."""

    name: str
    arguments: tuple[str, ...]
    prepare: Callable[[], object] | None = None


_BILLING = (
    "tests/adapters/billing/test_conformance.py",
    "tests/adapters/billing/test_vayu_page.py",
)
OTHERS: tuple[Part, ...] = (
    Part(name="billing", arguments=("--peers=", *_BILLING), prepare=billing.prepare),
    Part(name="billing-stubs", arguments=_BILLING),
)
"""Runs of other suites; a test says what it is about as the conformance suite's do."""


def parts() -> tuple[Part, ...]:
    """The real peers one by one, then all stubs together."""
    real = (
        Part(name=each.name, arguments=(f"--peers={each.name}", _SUITE), prepare=each.prepare)
        for each in REGISTRY
        if each.is_real
    )
    return (*real, *OTHERS, Part(name="stubs", arguments=(_SUITE,)))


def main(names: list[str]) -> int:
    chosen = [each for each in parts() if not names or each.name in names]
    began = time.monotonic()
    _say(f"Peers are kept in {shelf.place()}.")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(_prepare, chosen))
        _say(f"They are there after {time.monotonic() - began:.0f} s.")
        done = list(pool.map(_run, chosen))
    for line in lines(row for rows, _ in done for row in rows):
        _say(line)
    _say(f"It took {time.monotonic() - began:.0f} s.")
    return int(not chosen or any(failed for _, failed in done))


def _prepare(part: Part) -> None:
    if part.prepare is not None:
        part.prepare()


def _run(part: Part) -> tuple[list[Row], bool]:
    """What was proven, and whether anything failed; then it is said what."""
    with tempfile.TemporaryDirectory(prefix="quotewright-prove-") as folder:
        file = Path(folder) / "rows.json"
        own = ["-p", "tests.peers.plugin", f"--rows={file}", "-o", f"cache_dir={folder}/cache"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *own, *part.arguments],
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        told = json.loads(file.read_text()) if file.exists() else []
    failed = done.returncode != 0
    if failed:
        _say(f"{part.name} failed:\n{done.stdout}")
    rows = [Row(**each) for each in told]
    return rows, failed or not rows


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 (a command's output)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
