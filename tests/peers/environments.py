"""Environments of the peers' own, made from pinned versions; never the project's.

uv installs where uv works; otherwise pip does, whichever of the two Pythons has it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.peers import shelf

_PATIENCE = 600
_ROOT = Path(__file__).parents[2]


class NotInstalledError(Exception):
    """The packages of a peer cannot be had here."""


def python_of(name: str, requirements: Path) -> Path:
    """The interpreter of an environment that holds exactly what `requirements` lists."""
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = shelf.key(requirements.read_bytes(), version, sys.prefix)
    folder = shelf.kept(name, wanted, lambda folder: _make(folder, requirements))
    return folder / "bin" / "python"


def _make(folder: Path, requirements: Path) -> None:
    base = Path(getattr(sys, "_base_executable", sys.executable))
    _run(str(base), "-m", "venv", "--clear", "--without-pip", str(folder))
    python, said = folder / "bin" / "python", []
    for command in _installers(base, python):
        done = _try(*command, "-r", str(requirements))
        if done.returncode == 0:
            return
        said.append(f"{' '.join(command[:4])}: {done.stderr.strip()[-500:]}")
    raise NotInstalledError(f"{requirements.name} cannot be installed\n" + "\n".join(said))


def _installers(base: Path, python: Path) -> Iterator[list[str]]:
    options = ["install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    yield ["uv", "pip", *options, "--python", str(python)]
    quiet = ["--disable-pip-version-check", "--no-input"]
    wheels = [str(each / "pip") for each in (_ROOT / ".venv").glob("pip-*.whl")]
    for interpreter, pip in [
        (sys.executable, ["-m", "pip"]),
        (str(base), ["-m", "pip"]),
        ("python3", ["-m", "pip"]),
        *((str(base), [wheel]) for wheel in wheels),
    ]:
        yield [interpreter, *pip, "--python", str(python), *options, *quiet]


def _run(*command: str) -> None:
    done = _try(*command)
    if done.returncode:
        raise NotInstalledError(f"{' '.join(command)}\n{done.stderr[-2000:]}")


def _try(*command: str) -> subprocess.CompletedProcess[str]:
    dropped = {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PIP_USER"}
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    try:
        return subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))
