"""Where the project's own text stands, for the tests that hold it to its rules."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("connector", "engine", "adapters")
PLACES = (*PACKAGES, "benchmarks", "tests")


def python_files(*places: str) -> list[Path]:
    """Every Python file of `places` (folders or files of the root), sorted."""
    found: list[Path] = []
    for place in places:
        path = ROOT / place
        found += [path] if path.is_file() else path.rglob("*.py")
    return sorted(file for file in found if "__pycache__" not in file.parts)


def name_of(file: Path) -> str:
    """A file as the documents write it: relative to the root, with slashes."""
    return file.relative_to(ROOT).as_posix()


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def packages() -> list[str]:
    """Every folder below the three packages that holds Python files: `engine/catalog/`, …"""
    return sorted({f"{name_of(file.parent)}/" for file in python_files(*PACKAGES)})
