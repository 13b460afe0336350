"""The commands explain themselves, and the lock files agree whichever tool installs from them."""

import re
import shutil
import subprocess
import tomllib

import pytest

from tests.house.sources import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROMISED = {
    "run",
    "test",
    "check",
    "fix",
    "import",
    "worker",
    "migrate",
    "bench",
    "soak",
    "prove",
    "lock",
}


def phony() -> set[str]:
    [line] = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    return set(line.split())


def pinned(file: str) -> dict[str, str]:
    """What a requirements file pins: version by package."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", text, re.MULTILINE))


def locked() -> dict[str, str]:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    return {package["name"]: package["version"] for package in lock["package"]}


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
def test_help_names_every_command() -> None:
    make = shutil.which("make") or ""
    command = [make, "--no-print-directory", "help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    shown = set(re.findall(r"^  make (\S+) +\S", done.stdout, re.MULTILINE))
    assert shown == phony() > PROMISED


def test_no_recipe_needs_an_earlier_command() -> None:
    recipes = re.findall(r"^(\w+):.*\n((?:\t.*\n)*)", MAKEFILE, re.MULTILINE)
    for name, body in recipes:
        uses_python = body.find("$(PY)"), body.find("$(APP)"), body.find("$(PYTEST)")
        first = min((place for place in uses_python if place >= 0), default=-1)
        assert first < 0 or 0 <= body.find("$(SETUP)") < first, name


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_a_requirements_file_pins_what_uv_locks(file: str) -> None:
    versions = locked()
    wrong = {name: version for name, version in pinned(file).items() if versions[name] != version}
    assert wrong == {}


def test_the_runtime_is_a_part_of_the_development_environment() -> None:
    assert pinned("requirements.lock").items() < pinned("requirements-dev.lock").items()


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for wanted, file in (
        (project["project"]["dependencies"], "requirements.lock"),
        (project["dependency-groups"]["dev"], "requirements-dev.lock"),
    ):
        names = {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in wanted}
        assert names - pinned(file).keys() == set()
