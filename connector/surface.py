"""A surface: one API, its document and the code behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.encoder import Answer
from connector.errors import Refused, problem

Json = dict[str, Any]
Handler = Callable[..., object]
Voiced = Callable[..., Answer]

_MEGABYTE = 1024 * 1024
_METHODS = frozenset(("get", "put", "post", "patch", "delete"))
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
    Callers present an API key where `by_key` holds, otherwise credentials.
    `light` names operations that read nothing but their tenant's data in memory, each with the
    bytes of the largest body that is a few milliseconds of work.
    `limits` are the paths, below `base_path`, whose bodies may not be 4 MB but this many bytes; one
    that ends with a slash stands for what is below it;
    `files` those that take files of any media type beside JSON.
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
    light: Mapping[str, int] = field(default_factory=dict)
    by_key: bool = False
    limits: Mapping[str, int] | None = None
    files: frozenset[str] = frozenset()

    def covers(self, path: str) -> bool:
        """Whether `path` belongs to this surface."""
        base = self.base_path
        return path.startswith(base) and path[len(base) : len(base) + 1] in ("", "/")

    def allowed(self, path: str) -> str:
        """The methods the document has for `path`, as an Allow header lists them."""
        asked = path[len(self.base_path) :].split("/")
        methods: set[str] = set()
        for template, item in self.document["paths"].items():
            parts = template.split("/")
            if len(parts) == len(asked) and all(
                part == given or part.startswith("{")
                for part, given in zip(parts, asked, strict=True)
            ):
                methods |= {method.upper() for method in item if method in _METHODS}
        return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))

    def takes_files(self, path: str) -> bool:
        """Whether a body sent to `path` may be something else than JSON."""
        return path[len(self.base_path) :] in self.files

    def limit(self, path: str) -> int:
        """How many bytes a body sent to `path` may have."""
        special, below = self.limits or {}, path[len(self.base_path) :]
        collection = below[: below.find("/", 1) + 1]
        return special.get(below) or special.get(collection) or DEFAULT_LIMIT
