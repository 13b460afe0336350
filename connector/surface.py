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
    Callers present an API key where `by_key` holds, an API key or a user's credentials where
    `by_user` does, otherwise those of their tenant.
    `light` names operations that read nothing but their tenant's data in memory, each with the
    bytes of the largest body that is a few milliseconds of work.
    `limits` are the paths, below `base_path`, whose bodies may not be 4 MB but this many bytes; one
    that ends with a slash stands for what is below it;
    `files` those that take files of any media type beside JSON;
    `open_paths` those that nobody needs a key for, and whose handler reads the body as it came:
    whoever calls is proven there. Both may end with a slash as well.
    Where `forms` holds, a body may be a form as well, and an empty parameter is one that is not
    given.
    `schemas` are JSON schemas by name, served as they are beside the document.
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
    by_user: bool = False
    limits: Mapping[str, int] | None = None
    files: frozenset[str] = frozenset()
    open_paths: frozenset[str] = frozenset()
    forms: bool = False
    schemas: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def is_strict(self) -> bool:
        """Whether parameters that the document does not list are refused."""
        return self.by_key or self.by_user

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
        return self._is_among(path, self.files) or self.is_open(path)

    def is_open(self, path: str) -> bool:
        """Whether nobody needs a key to call `path`."""
        return self._is_among(path, self.open_paths)

    def limit(self, path: str) -> int:
        """How many bytes a body sent to `path` may have."""
        special, (below, collection) = self.limits or {}, self._places(path)
        return special.get(below) or special.get(collection) or DEFAULT_LIMIT

    def _is_among(self, path: str, paths: frozenset[str]) -> bool:
        return not paths.isdisjoint(self._places(path))

    def _places(self, path: str) -> tuple[str, str]:
        """A path below `base_path`, and the collection it stands in."""
        below = path[len(self.base_path) :]
        return below, below[: below.find("/", 1) + 1]


def snake_case(name: str) -> str:
    """`OnQuoteLineChanged` as `on_quote_line_changed`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).removeprefix("_")
