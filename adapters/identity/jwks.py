"""Signing keys read from JSON Web Key Sets: files on this machine, or https addresses."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Protocol, Self

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.http import GuardedSession
from adapters.identity.sources import AddressSource, FileSource
from engine.kernel.errors import Unavailable

_WAIT = 6.0


class Source(Protocol):
    """One key set; `keys` is None as long as it was never read."""

    @property
    def version(self) -> int: ...

    @property
    def keys(self) -> Mapping[str, RSAPublicKey] | None: ...

    def refresh(self) -> None:
        """See to it that the keys are as fresh as the source promises, without waiting."""
        ...

    def ask(self) -> Event:
        """Look for keys that are missing; the event is set when that is done."""
        ...


class JsonWebKeySets:
    """The keys of several sources; of two keys with one name the first source's counts."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)

    @classmethod
    def of(cls, places: str) -> Self:
        """The key sets at `places`: paths and https addresses, separated by commas.

        ValueError for an address that is not https. Nothing is read yet.
        """
        return cls([_source(place.strip()) for place in places.split(",") if place.strip()])

    @property
    def version(self) -> int:
        """A number that grows whenever a key joined or left a set. Never waits."""
        for source in self._sources:
            source.refresh()
        return sum(source.version for source in self._sources)

    def find(self, kid: str) -> RSAPublicKey | None:
        """The key called `kid`; waits up to six seconds when it is not known yet."""
        if (key := self._known(kid)) is not None:
            return key
        for event in [source.ask() for source in self._sources]:
            event.wait(_WAIT)
        key = self._known(kid)
        if key is None and self._sources and all(source.keys is None for source in self._sources):
            raise Unavailable("no source of signing keys could be read")
        return key

    def _known(self, kid: str) -> RSAPublicKey | None:
        for source in self._sources:
            if source.keys is not None and kid in source.keys:
                return source.keys[kid]
        return None


def _source(place: str) -> Source:
    if place.startswith("https://"):
        return AddressSource(place, GuardedSession())
    if "://" in place:
        raise ValueError(f"signing keys come from files and https addresses, not from {place!r}")
    return FileSource(Path(place))
