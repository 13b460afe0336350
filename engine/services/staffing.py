"""Staffing: the users of a tenant are added, changed, disabled and looked for.

A password is in the clear only in what these verbs return, once. A change counts at the very
next call, in every process.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from engine.kernel.errors import Conflict, Invalid, NotFound
from engine.store.unit_of_work import Reading, UnitOfWork
from engine.tenants import user
from engine.tenants.user import EVERY_RIGHT, USERNAME, Right, User, UserSearch

_LONGEST = 200
_SERIES = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Somebody who handles quotations; without `password` one is made."""

    username: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    password: str | None = field(default=None, repr=False)
    rights: tuple[Right, ...] = EVERY_RIGHT
    is_privileged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChange:
    """What is to change about a user; None stays. With `renews_password` a new one is made."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    password: str | None = field(default=None, repr=False)
    rights: tuple[Right, ...] | None = None
    is_privileged: bool | None = None
    disabled: bool | None = None
    renews_password: bool = False


class Staffed(NamedTuple):
    """A user, and the password it was just given; None where it keeps the one it has."""

    user: User
    password: str | None

    def __repr__(self) -> str:
        return f"Staffed(user={self.user.username!r})"


def add(uow: UnitOfWork, command: NewUser) -> Staffed:
    """A new user. Invalid for what is not fit, Conflict when the name is taken."""
    if not USERNAME.fullmatch(command.username):
        raise Invalid("a username has 1 to 64 letters, digits and . _ @ + -")
    if uow.users.named(command.username) is not None:
        raise Conflict(f"there is a user {command.username} already")
    password = user.new_password() if command.password is None else command.password
    made = User(
        id=uow.ids.new("usr"),
        number=uow.numbers.next(_SERIES),
        username=command.username,
        first_name=_text(command.first_name),
        last_name=_text(command.last_name),
        email=_text(command.email),
        digest=_digest(password),
        rights=command.rights,
        is_privileged=command.is_privileged,
    )
    uow.users.add(made)
    return Staffed(made, password)


def change(uow: UnitOfWork, username: str, command: UserChange) -> Staffed:
    """The user with what is to change. NotFound, and Invalid for what is not fit."""
    kept = _taken(uow, username)
    password = user.new_password() if command.renews_password else command.password
    changed = User(
        id=kept.id,
        number=kept.number,
        username=kept.username,
        first_name=_given(command.first_name, kept.first_name),
        last_name=_given(command.last_name, kept.last_name),
        email=_given(command.email, kept.email),
        digest=kept.digest if password is None else _digest(password),
        rights=kept.rights if command.rights is None else command.rights,
        is_privileged=_either(command.is_privileged, kept.is_privileged),
        disabled=_either(command.disabled, kept.disabled),
    )
    uow.users.save(changed)
    return Staffed(changed, password)


def disable(uow: UnitOfWork, username: str) -> User:
    """Let the user in no longer; what it has done stays. NotFound where there is none."""
    disabled = replace(_taken(uow, username), disabled=True)
    uow.users.save(disabled)
    return disabled


def named(reading: Reading, username: str) -> User:
    """The user of that name. NotFound where there is none."""
    return _there(reading.users.named(username), username)


def listed(reading: Reading) -> Sequence[User]:
    """Every user, by number."""
    return reading.users.all()


def search(reading: Reading, wanted: UserSearch) -> tuple[Sequence[User], int]:
    """One page of the users that fit and are let in, and how many there are."""
    return reading.users.search(wanted)


def _taken(uow: UnitOfWork, username: str) -> User:
    """The user that is about to be changed, locked until the transaction ends."""
    return _there(uow.users.named(username, lock=True), username)


def _there(found: User | None, username: str) -> User:
    if found is None:
        raise NotFound(f"there is no user {username}")
    return found


def _digest(password: str) -> str:
    if not user.is_fit(password):
        raise Invalid("a password has 8 to 256 characters, all of them printable")
    return user.digest_of(password)


def _text(text: str) -> str:
    if len(text) > _LONGEST or not text.isprintable():
        raise Invalid(f"a name or address has at most {_LONGEST} printable characters")
    return text.strip()


def _given(text: str | None, kept: str) -> str:
    return kept if text is None else _text(text)


def _either(said: bool | None, kept: bool) -> bool:  # noqa: FBT001 (as it stands on the user)
    return kept if said is None else said
