"""Users, to rows and back."""

from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, func, or_, select, update
from sqlmodel import Session

from engine.kernel.errors import NotFound
from engine.store.tables.row import table
from engine.store.tables.tenants import TenantRow
from engine.store.tables.users import UserRow
from engine.tenants.user import Right, User, UserSearch

_USERS = table(UserRow)
_TENANTS = table(TenantRow)
_ESCAPE = "\\"
_FOLDED = {"first_name", "last_name", "email", "username"}


class Users:
    """The users of one tenant."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def get(self, number: int) -> User:
        """The user of that number; `NotFound` when there is none."""
        found = self.of([number])
        if not found:
            raise NotFound(f"there is no user {number}")
        return found[0]

    def of(self, numbers: list[int]) -> tuple[User, ...]:
        """The users of those numbers that there are, by number."""
        mine = self._mine().where(_USERS.c.number.in_(numbers)).order_by(_USERS.c.number)
        return self._read(mine)

    def all(self) -> tuple[User, ...]:
        """Every user, by number."""
        return self._read(self._mine().order_by(_USERS.c.number))

    def named(self, username: str, *, lock: bool = False) -> User | None:
        """The user of that name, in any case of letters.

        With `lock`, nobody else changes it before this transaction ends.
        """
        mine = self._mine().where(_USERS.c.folded_username == username.casefold())
        found = self._read(mine.with_for_update(key_share=True) if lock else mine)
        return found[0] if found else None

    def known_as(self, name: str) -> User | None:
        """The user whose name is `name`, else the first one that has it for an e-mail address.

        Who is disabled is not known.
        """
        folded = name.casefold()
        if not folded:
            return None
        is_named = or_(_USERS.c.folded_username == folded, _USERS.c.folded_email == folded)
        by_name = (_USERS.c.folded_username != folded, _USERS.c.number)
        mine = self._mine().where(is_named, _USERS.c.disabled.is_(False))
        found = self._read(mine.order_by(*by_name).limit(1))
        return found[0] if found else None

    def search(self, wanted: UserSearch) -> tuple[tuple[User, ...], int]:
        """One page of the users that fit and are let in, and how many there are."""
        fitting = [_like(name, pattern) for name, pattern in wanted.patterns]
        mine = self._mine().where(_USERS.c.disabled.is_(False), *fitting)
        counted = select(func.count()).select_from(mine.subquery())
        total = self._session.connection().scalar(counted) or 0
        page = mine.order_by(*map(_order, wanted.orders), _USERS.c.number)
        return self._read(page.offset(wanted.offset).limit(wanted.size)), total

    def add(self, user: User) -> None:
        """Keep a new user; `Conflict` when its name or number is taken."""
        with self._session.begin_nested():
            self._session.add(_row(self._tenant_id, user))
            self._session.flush()

    def save(self, user: User) -> None:
        """Keep what changed about a user; what its callers have proven holds no longer."""
        self._session.merge(_row(self._tenant_id, user))
        self._session.flush()
        mine = update(_TENANTS).where(_TENANTS.c.tenant_id == self._tenant_id)
        moved = mine.values(credentials_version=_TENANTS.c.credentials_version + 1)
        self._session.connection().execute(moved)

    def _mine(self) -> Select[Any]:
        return select(_USERS).where(_USERS.c.tenant_id == self._tenant_id)

    def _read(self, query: Select[Any]) -> tuple[User, ...]:
        return tuple(map(_user, self._session.connection().execute(query)))


def _like(name: str, pattern: str) -> ColumnElement[bool]:
    column, text = _USERS.c[f"folded_{name}"], pattern.casefold()
    core = text.removeprefix("%").removesuffix("%") if text != "%" else ""
    if core == text:
        return column == text
    for each in (_ESCAPE, "%", "_"):
        core = core.replace(each, _ESCAPE + each)
    before = "%" if text.startswith("%") else ""
    after = "%" if text.endswith("%") else ""
    return column.like(f"{before}{core}{after}", escape=_ESCAPE)


def _order(order: tuple[str, bool]) -> UnaryExpression[Any]:
    name, is_descending = order
    column = _USERS.c[f"folded_{name}"] if name in _FOLDED else _USERS.c.number
    return column.desc() if is_descending else column.asc()


def _row(tenant_id: str, user: User) -> UserRow:
    return UserRow(
        tenant_id=tenant_id,
        id=user.id,
        number=user.number,
        username=user.username,
        folded_username=user.username.casefold(),
        first_name=user.first_name,
        folded_first_name=user.first_name.casefold(),
        last_name=user.last_name,
        folded_last_name=user.last_name.casefold(),
        email=user.email,
        folded_email=user.email.casefold(),
        digest=user.digest,
        rights={"rights": [each.value for each in user.rights]},
        is_privileged=user.is_privileged,
        disabled=user.disabled,
    )


def _user(row: Any) -> User:  # noqa: ANN401 (a row of a table that is told by its columns)
    return User(
        id=row.id,
        number=row.number,
        username=row.username,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        digest=row.digest,
        rights=tuple(map(Right, row.rights["rights"])),
        is_privileged=row.is_privileged,
        disabled=row.disabled,
    )
