"""schemathesis against the running server: every check, every operation, no failure."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

OPERATIONS = 26
DOCUMENT = ROOT / "openapi" / "superoffice.yaml"
SIGNED = "CustDemo:demo-shared-secret-0123456789abcdef"


def conform(server: str, folder: Path, *options: str, seconds: int) -> None:
    """Run schemathesis' own command with all of its checks; nothing may fail."""
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", str(DOCUMENT)),
        *("--url", f"{server}/superoffice", "--auth", SIGNED, "--max-response-time", "5"),
        *("--seed", "7", "--no-color", "--generation-database", "none", *options),
    ]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
    )
    told = done.stdout[-6000:] + done.stderr[-2000:]
    assert done.returncode == 0, told
    assert re.search(rf"Tested: {OPERATIONS}\b", done.stdout), told


@pytest.mark.parametrize("phase", ["examples,coverage", "fuzzing"])
def test_no_check_fails(unlimited_server: str, tmp_path: Path, phase: str) -> None:
    conform(unlimited_server, tmp_path, "--phases", phase, "--max-examples", "4", seconds=600)


@pytest.mark.soak
def test_no_check_fails_in_a_long_run(unlimited_server: str, tmp_path: Path) -> None:
    conform(unlimited_server, tmp_path, "--max-examples", "100", seconds=3000)
