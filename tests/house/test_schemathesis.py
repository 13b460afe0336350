"""schemathesis against the running server: every check, every operation, no failure.

A run in the suite is given a time: it meets every operation in every phase, and as many of the
cases as fit. A run without end meets each case that the document's coverage has.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

OPERATIONS = 26
PHASES = ("examples", "coverage", "fuzzing", "stateful")
DOCUMENT = ROOT / "openapi" / "superoffice.yaml"
SIGNED = "CustDemo:demo-shared-secret-0123456789abcdef"  # the demo prints it


def conform(folder: Path, *options: str, seconds: int) -> int:
    """Run schemathesis' own command with all of its checks; how many cases it tried."""
    report = folder / "report.json"
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", *options),
        *("--auth", SIGNED, "--max-response-time", "5", "--generation-deterministic"),
        *("--no-color", "--report", "json", "--report-json-path", str(report)),
    ]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
    )
    told = done.stdout[-6000:] + done.stderr[-2000:]
    assert done.returncode == 0, told
    run = json.loads(report.read_text())
    assert run["operations"]["tested"] == run["operations"]["total"] == OPERATIONS, told
    assert {name: phase["status"] for name, phase in run["phases"].items()} == dict.fromkeys(
        PHASES, "success"
    ), told
    return int(run["test_cases"]["generated"])


def test_the_document_a_server_gives_is_kept_by_it(unlimited_server: str, tmp_path: Path) -> None:
    served = f"{unlimited_server}/superoffice/openapi.yaml"
    assert conform(tmp_path, served, "--max-time", "60", seconds=300) > 200


@pytest.mark.soak
def test_the_document_as_a_file_is_kept_in_each_case(unlimited_server: str, tmp_path: Path) -> None:
    base = f"{unlimited_server}/superoffice"
    options = (str(DOCUMENT), "--url", base, "--max-examples", "300")
    assert conform(tmp_path, *options, seconds=7200) > 50_000
