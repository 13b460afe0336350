"""How a connection to Vayu is set up, out of its options."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.ports.connections import Access

_USUAL_FIELDS = (
    ("Quote id", "quote_id"),
    ("Quote version", "version"),
    ("Pricing hash", "pricing_hash"),
    ("Order number", "order_number"),
    ("CRM opportunity", "deal"),
    ("Committed", "committed"),
    ("Units and prices", "lines"),
)
_YES = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A custom field `name` that tells the fact called `fact`; `detail` is its path or name."""

    name: str
    fact: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """What somebody said about a connection; an option may be for one product (`ns_class:PUMP`)."""

    options: Mapping[str, str]

    @classmethod
    def of(cls, access: Access) -> "Setup":
        """That of a connection."""
        return cls(access.options)

    def text(self, name: str, usual: str = "") -> str:
        return self.options.get(name, usual)

    def is_on(self, name: str, *, usual: bool = False) -> bool:
        said = self.options.get(name)
        return usual if said is None else said.strip().lower() in _YES

    def of_product(self, name: str, sku: str) -> str:
        """What is said for a product, else for all; empty where nothing is."""
        return self.options.get(f"{name}:{sku}", self.options.get(name, ""))

    def said_of_product(self, name: str, sku: str) -> bool | None:
        """A yes or no that is said for this product alone."""
        return self.is_on(f"{name}:{sku}") if f"{name}:{sku}" in self.options else None

    @property
    def fields(self) -> tuple[CustomField, ...]:
        """The custom fields that are filled: those that are named, else the usual ones."""
        named = self._named("field:")
        if named or self.values or self.text("fields") == "none":
            return named
        return tuple(CustomField(name=name, fact=fact) for name, fact in _USUAL_FIELDS)

    @property
    def values(self) -> tuple[CustomField, ...]:
        """Stored custom fields that are filled, by the id of their definition."""
        return self._named("value:")

    def _named(self, prefix: str) -> tuple[CustomField, ...]:
        found = []
        for name, said in self.options.items():
            if name.startswith(prefix):
                fact, _, detail = said.partition("@")
                found.append(CustomField(name=name.removeprefix(prefix), fact=fact, detail=detail))
        return tuple(found)
