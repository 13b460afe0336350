"""A partner generates a TypeScript client of the REST API and quotes with it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT

PROGRAM = Path(__file__).parent / "typescript"
DOCUMENT = ROOT / "openapi" / "vektra.yaml"
NODE = (20, 19)
"""The oldest node that the generator runs on."""


def has_node() -> bool:
    """Whether there is a node that is new enough, with npm."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    parts = told.stdout.strip().removeprefix("v").split(".")
    return tuple(int(part) for part in parts[:2] if part.isdigit()) >= NODE


needs_node = pytest.mark.skipif(
    not has_node(), reason="NOTICE: no node 20.19 or newer here, so no TypeScript client is made"
)


def run(folder: Path, *command: str, seconds: int = 120) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@needs_node
def test_a_partner_quotes_with_generated_typescript(live_server: str, tmp_path: Path) -> None:
    folder = tmp_path / "partner"
    shutil.copytree(PROGRAM, folder, ignore=shutil.ignore_patterns("node_modules"))
    run(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    tools = folder / "node_modules" / ".bin"
    plugins = ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"]
    options = ["-i", str(DOCUMENT), "-o", "client", "-p", *plugins]
    run(folder, str(tools / "openapi-ts"), *options)
    run(folder, str(tools / "tsc"))
    told = json.loads(run(folder, "node", "built/quote.js", live_server))
    assert told == {
        "same": True,
        "overridden": True,
        "net": 9000,
        "status": "in_approval",
        "refused": "illegal_transition",
        "bars": [
            *("list", "options", "agreement", "volume", "promotion", "channel"),
            *("manual", "floor", "term", "round", "quote_discount"),
        ],
        "happened": ["created", "line_added", "submitted"],
    }
