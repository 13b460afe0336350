"""The table of surfaces: which document is served where, by which functions, in which voice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from connector.encoder import Answer
from connector.errors import Refused, problem
from connector.superoffice import LIGHT, ROOMS
from connector.superoffice.canonical import Canonical, EnumStyle
from connector.superoffice.errors import Voices

Json = dict[str, Any]
Handler = Callable[[Json], object]
Voiced = Callable[[Json], Answer]

_MEGABYTE = 1024 * 1024
DEFAULT_LIMIT = 4 * _MEGABYTE


def _as_it_is(_operation: str, _body: Json) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """One API: a document and the code behind it.

    `source` is the text of the document, served as it is; `find` gives the function of an
    operationId; `voiced` wraps it so that it returns an Answer and raises nothing;
    `canonicalise` spells a body as the document does, in place, and tells whether the
    answer writes enumerations as numbers; `refuse` voices what happened before a handler.
    `light` names operations that read nothing but their tenant's data in memory.
    `limits` are the paths, below `base_path`, whose bodies may not be 4 MB but this many bytes.
    """

    name: str
    title: str
    base_path: str
    source: bytes
    document: Json
    find: Callable[[str], Handler]
    voiced: Callable[[str, Handler], Voiced]
    canonicalise: Callable[[str, Json], bool] = _as_it_is
    refuse: Callable[[Refused, str], Answer] = problem
    light: frozenset[str] = frozenset()
    limits: Mapping[str, int] | None = None

    def covers(self, path: str) -> bool:
        """Whether `path` belongs to this surface."""
        base = self.base_path
        return path.startswith(base) and path[len(base) : len(base) + 1] in ("", "/")

    def limit(self, path: str) -> int:
        """How many bytes a body sent to `path` may have."""
        special = self.limits or {}
        return special.get(path[len(self.base_path) :], DEFAULT_LIMIT)


def superoffice(folder: Path, enums: EnumStyle = EnumStyle.MIRROR) -> Surface:
    """SuperOffice's quote connector; `folder` holds its document."""
    source = (folder / "superoffice.yaml").read_bytes()
    document = load(source)
    canonical = Canonical(document, enums)
    return Surface(
        name="superoffice",
        title="SuperOffice quote connector",
        base_path="/superoffice",
        source=source,
        document=document,
        find=rooms("connector.superoffice", ROOMS),
        voiced=Voices(canonical).voiced,
        canonicalise=canonical.canonicalise,
        light=LIGHT,
    )


def load(source: bytes) -> Json:
    """The document written down in `source`."""
    document: Json = yaml.load(source, yaml.CSafeLoader)
    return document


def rooms(package: str, modules: Mapping[str, str]) -> Callable[[str], Handler]:
    """Find an operation's function: snake case of its id, in its module of `package`."""

    def find(operation: str) -> Handler:
        module = import_module(f"{package}.{modules[operation]}")
        handler: Handler = getattr(module, snake_case(operation))
        return handler

    return find


def snake_case(name: str) -> str:
    """`OnQuoteLineChanged` as `on_quote_line_changed`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).removeprefix("_")
