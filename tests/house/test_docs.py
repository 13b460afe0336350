"""The documents list what there is, and their links lead somewhere."""

import re
import tomllib
from pathlib import Path

import pytest

from connector.settings import SETTINGS
from tests.house.sources import ROOT, name_of, packages

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("openapi/*.md")])
DECISIONS = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))
PARTS = ["Context", "Decision", "Consequences", "Alternatives", "What enforces it"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def headings(document: str) -> list[str]:
    return re.findall(r"^## (.+)$", document, re.MULTILINE)


def test_operations_lists_exactly_the_settings_there_are() -> None:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? *\| \S", text("docs/operations.md"), re.MULTILINE
    )
    assert rows == [(setting.name, setting.default) for setting in SETTINGS]


def test_architecture_names_every_folder_once() -> None:
    listed = re.findall(
        r"^\| `((?:engine|connector|adapters)/[\w/]*)` \| \S",
        text("docs/architecture.md"),
        re.MULTILINE,
    )
    assert sorted(listed) == packages()


@pytest.mark.parametrize("number", range(len(DECISIONS)))
def test_a_decision_says_why_and_what_holds_it(number: int) -> None:
    decision = DECISIONS[number]
    assert decision.name.startswith(f"{number + 1:04d}-"), "numbers have no gap and no twin"
    body = decision.read_text(encoding="utf-8")
    assert body.startswith(f"# {number + 1:04d} ")
    assert headings(body) == PARTS


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = re.findall(
        r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text(encoding="utf-8")
    )
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_every_dependency_has_its_reason_written_down() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    wanted = [re.split(r"[^\w.-]", requirement)[0] for requirement in project["dependencies"]]
    listed = re.findall(
        r"^\| ([\w-]+) \| \S", text("docs/decisions/0009-dependencies.md"), re.MULTILINE
    )
    assert sorted(set(listed) - {"package"}) == sorted(wanted)
