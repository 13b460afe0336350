"""Every refusal of the engine has one stable code, and docs/errors.md lists them all."""

import importlib
import re

from engine.kernel.errors import EngineError
from tests.house.sources import ROOT, name_of, python_files

_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \|", re.MULTILINE)


def kinds(root: type[EngineError] = EngineError) -> list[type[EngineError]]:
    """`root` and everything below it."""
    return [root, *(kind for child in root.__subclasses__() for kind in kinds(child))]


def engine_errors() -> list[type[EngineError]]:
    for file in python_files("engine"):
        if "errors" in file.stem or "EngineError" in file.read_text(encoding="utf-8"):
            importlib.import_module(name_of(file).removesuffix(".py").replace("/", "."))
    return [kind for kind in kinds() if kind.__module__.startswith("engine.")]


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in engine_errors()]
    assert len(codes) == len(set(codes)) > 1


def test_the_document_lists_exactly_the_errors_there_are() -> None:
    listed = _ROW.findall((ROOT / "docs/errors.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted((kind.code, kind.__name__) for kind in engine_errors())
