"""What the import contracts of pyproject.toml cannot see."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import PACKAGES, PLACES, ROOT, name_of, packages, python_files, tree

NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
LOGGING = {"logging", "structlog"}


def imported(file: Path) -> Iterator[str]:
    """The top-level name of everything `file` imports, wherever in it."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def test_every_module_is_named_after_what_it_holds() -> None:
    files = python_files(*PLACES)
    names = {name_of(file) for file in files if {file.stem, file.parent.name} & NAMELESS}
    assert names == set()


def test_every_folder_with_code_is_a_package_so_that_the_contracts_cover_it() -> None:
    folders = [folder for folder in packages() if not folder.endswith("migrations/versions/")]
    assert "engine/kernel/" in folders
    assert [folder for folder in folders if not (ROOT / folder / "__init__.py").exists()] == []


def test_nothing_imports_the_composition_root() -> None:
    assert [name_of(file) for file in python_files(*PACKAGES) if "app" in imported(file)] == []


def test_only_the_connector_logs() -> None:
    files = python_files("engine", "adapters")
    assert [name_of(file) for file in files if LOGGING & set(imported(file))] == []
