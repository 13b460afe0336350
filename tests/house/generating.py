"""Client code that partners make from our documents."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from tests.house.sources import ROOT


@contextmanager
def generated(document: str, package: str, folder: Path) -> Iterator[ModuleType]:
    """The package generated from a document; a warning of the generator is a failure."""
    settings = folder / "settings.yaml"
    settings.write_text("post_hooks: []\n")
    options = ["--path", str(ROOT / "openapi" / document), "--config", str(settings)]
    options += ["--output-path", str(folder / package), "--meta", "none", "--fail-on-warning"]
    made = subprocess.run(
        [Path(sys.executable).with_name("openapi-python-client"), "generate", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(package)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            del sys.modules[name]
