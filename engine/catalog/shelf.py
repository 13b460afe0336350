"""A shelf: things of one kind by key, those that are stored and those just taken in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

Key = TypeVar("Key")
Thing = TypeVar("Thing")


class Change(Enum):
    """What taking a thing in does to what is stored."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things were created, updated, or found unchanged."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @classmethod
    def of(cls, changes: Iterable[Change]) -> "Tally":
        """The count of `changes`."""
        found = list(changes)
        return cls(
            found.count(Change.CREATED),
            found.count(Change.UPDATED),
            found.count(Change.UNCHANGED),
        )

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )


class Shelf(Generic[Key, Thing]):
    """Things by `key`; what is taken in stands before what is stored."""

    def __init__(self, stored: Iterable[Thing], key: Callable[[Thing], Key]) -> None:
        self._key = key
        self._stored = {key(thing): thing for thing in stored}
        self.taken: dict[Key, Thing] = {}

    def take(self, thing: Thing) -> None:
        """Take `thing` in, in the place of one with the same key."""
        self.taken[self._key(thing)] = thing

    def find(self, key: Key) -> Thing | None:
        """The thing of that key as it will be."""
        return self.taken.get(key, self._stored.get(key))

    def __contains__(self, key: Key) -> bool:
        return key in self.taken or key in self._stored

    def everything(self) -> Iterable[Thing]:
        """All things as they will be, the stored ones first."""
        return {**self._stored, **self.taken}.values()

    def change(self, key: Key) -> Change:
        """What taking the thing of that key in changes."""
        stored = self._stored.get(key)
        if stored is None:
            return Change.CREATED
        return Change.UNCHANGED if stored == self.taken.get(key, stored) else Change.UPDATED

    def changed(self) -> list[Thing]:
        """What has to be written: nothing of it is stored as it is."""
        return [
            thing for key, thing in self.taken.items() if self.change(key) is not Change.UNCHANGED
        ]

    def tally(self) -> Tally:
        """The count of what was taken in."""
        return Tally.of(map(self.change, self.taken))
