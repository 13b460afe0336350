"""schemathesis against the running server: every check, every operation, no failure.

A run in the suite is given a time: it meets every operation in every phase, and as many of the
cases as fit. A run without end meets each case that the document's coverage has.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.house.sources import ROOT

PHASES = {"examples", "coverage", "fuzzing", "stateful"}


class Api(NamedTuple):
    """A document, where it is served, how callers sign in, and how much it holds.

    In the suite it is given so many `seconds`, in soak it has to meet more cases than `soaked`.
    """

    document: str
    path: str
    signed: tuple[str, ...]
    operations: int
    phases: frozenset[str]
    seconds: int
    soaked: int


# The demo prints both credentials. A document whose answers lead to no call has no state.
SUPEROFFICE = Api(
    "superoffice.yaml",
    "/superoffice",
    ("--auth", "CustDemo:demo-shared-secret-0123456789abcdef"),
    26,
    frozenset(PHASES),
    25,
    50_000,
)
VEKTRA = Api(
    "vektra.yaml",
    "/api/v1",
    ("--header", "x-api-key: demo-key"),
    80,
    frozenset(PHASES),
    40,
    300,
)
KLARO = Api(
    "klaro.yaml",
    "/quotation_app/api",
    ("--header", "x-api-key: demo-key"),
    15,
    frozenset(PHASES - {"stateful"}),
    25,
    300,
)
EACH = pytest.mark.parametrize(
    "api", [SUPEROFFICE, VEKTRA, KLARO], ids=["superoffice", "vektra", "klaro"]
)


def conform(folder: Path, api: Api, *options: str, seconds: int) -> int:
    """Run schemathesis' own command with all of its checks; how many cases it tried."""
    report = folder / "report.json"
    program = str(Path(sys.executable).with_name("schemathesis"))
    command = [
        *(program, "--config-file", str(ROOT / "schemathesis.toml"), "run", *options),
        *(*api.signed, "--max-response-time", "5", "--generation-deterministic"),
        *("--no-color", "--report", "json", "--report-json-path", str(report)),
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.house.fresh_keys"},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    told = done.stdout[-6000:] + done.stderr[-2000:]
    assert done.returncode == 0, told
    run = json.loads(report.read_text())
    assert run["operations"]["tested"] == run["operations"]["total"] == api.operations, told
    found = {name: phase["status"] for name, phase in run["phases"].items()}
    assert {name for name, status in found.items() if status == "success"} >= api.phases, told
    assert "failure" not in found.values(), told
    return int(run["test_cases"]["generated"])


@EACH
def test_the_document_a_server_gives_is_kept_by_it(
    unlimited_server: str, tmp_path: Path, api: Api
) -> None:
    served = f"{unlimited_server}{api.path}/openapi.yaml"
    assert conform(tmp_path, api, served, "--max-time", str(api.seconds), seconds=300) > 100


@pytest.mark.soak
@EACH
def test_the_document_as_a_file_is_kept_in_each_case(
    unlimited_server: str, tmp_path: Path, api: Api
) -> None:
    document = str(ROOT / "openapi" / api.document)
    options = (document, "--url", f"{unlimited_server}{api.path}", "--max-examples", "300")
    assert conform(tmp_path, api, *options, seconds=7200) > api.soaked
