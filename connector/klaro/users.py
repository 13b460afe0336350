"""Users: who handles quotations."""

from typing import Any

from connector.klaro import session
from connector.klaro.envelope import USUAL, Page
from connector.klaro.reading import sorts
from engine.services import staffing
from engine.tenants.user import User, UserSearch

Json = dict[str, Any]
_COLUMNS = frozenset({"id", "username", "first_name", "last_name", "email"})


def list_users(
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
    size: int = USUAL,
    offset: int = 0,
) -> Page:
    """Users whose names and address are like those given."""
    given = {"first_name": first_name, "last_name": last_name, "email": email}
    wanted = UserSearch(
        patterns=tuple((name, text) for name, text in given.items() if text),
        orders=_orders(),
        offset=offset,
        size=size,
    )
    found, total = session.reading(staffing.search, wanted)
    return Page(rows=[shown(each) for each in found], size=size, offset=offset, total=total)


def _orders() -> tuple[tuple[str, bool], ...]:
    """The columns to sort by; what is equal stands by its id, in the direction of the last."""
    orders = sorts(_COLUMNS)
    return orders if not orders else (*orders, ("id", orders[-1][1]))


def shown(user: User) -> Json:
    """A user as this API shows it."""
    return {
        "id": user.number,
        "title": f"{user.full_name} ({user.email})" if user.email else user.full_name,
        "fullname": user.full_name,
        "username": user.username,
        "email": user.email,
    }
