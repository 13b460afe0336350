"""The table of surfaces: which document is served where, by which functions, in which voice."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import yaml

from connector.klaro import MODULES as KLARO_MODULES
from connector.klaro import errors as klaro_errors
from connector.superoffice import LIGHT, ROOMS
from connector.superoffice.canonical import Canonical, EnumStyle
from connector.superoffice.errors import Voices
from connector.surface import Handler, Json, Surface, snake_case
from connector.vektra import LIGHT as VEKTRA_LIGHT
from connector.vektra import MODULES
from connector.vektra.errors import voiced
from connector.vektra.imports import MOST_BYTES

IMPORTS = "/catalog/imports"
KLARO_BASE = "/quotation_app"
"""Where the quotation Web API is, unless the settings say otherwise."""
ORDER_SCHEMA = "order-1.schema.json"
"""An order as it is handed over to receivers of our own format."""
_MEGABYTE = 1024 * 1024


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


def vektra(folder: Path) -> Surface:
    """The REST API; `folder` holds its document and schemas."""
    source = (folder / "vektra.yaml").read_bytes()
    return Surface(
        name="vektra",
        title="REST API",
        base_path="/api/v1",
        source=source,
        document=load(source),
        find=rooms("connector.vektra", MODULES),
        voiced=voiced,
        light=VEKTRA_LIGHT,
        by_key=True,
        limits={
            IMPORTS: MOST_BYTES,
            "/solve": _MEGABYTE,
            "/solve/lint": _MEGABYTE,
            "/configurators/": 10 * _MEGABYTE,
        },
        files=frozenset({IMPORTS}),
        open_paths=frozenset({"/sign", "/sign/"}),
        schemas={ORDER_SCHEMA: (folder / ORDER_SCHEMA).read_bytes()},
    )


def klaro(folder: Path, base: str = KLARO_BASE) -> Surface:
    """The quotation Web API below `base`; `folder` holds its document."""
    path = f"{base}/api"
    source = (folder / "klaro.yaml").read_bytes()
    if base != KLARO_BASE:
        source = source.replace(f"url: {KLARO_BASE}/api".encode(), f"url: {path}".encode(), 1)
    return Surface(
        name="klaro",
        title="Quotation Web API",
        base_path=path,
        source=source,
        document=load(source),
        find=rooms("connector.klaro", KLARO_MODULES),
        voiced=klaro_errors.voiced,
        refuse=klaro_errors.refuse,
        by_user=True,
        forms=True,
    )


@lru_cache(maxsize=8)
def load(source: bytes) -> Json:
    """The document written down in `source`: the same object each time, which nobody changes."""
    document: Json = yaml.load(source, yaml.CSafeLoader)
    return document


def rooms(package: str, modules: Mapping[str, str]) -> Callable[[str], Handler]:
    """Find an operation's function: snake case of its id, in its module of `package`."""

    def find(operation: str) -> Handler:
        module = import_module(f"{package}.{modules[operation]}")
        handler: Handler = getattr(module, snake_case(operation))
        return handler

    return find
