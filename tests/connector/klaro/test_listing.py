"""Quotations listed: page by page, sorted, filtered, and nobody's but those one may see."""

from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from starlette.testclient import TestClient

from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import CARE, make
from tests.connector.vektra.conftest import NOW, Caller

Json = dict[str, Any]
START = int(NOW.timestamp())
HOUR = timedelta(hours=1)


class Three(NamedTuple):
    """Who looks at nine quotations: 1 to 7 of vacuums, 8 and 9 of services.

    Anna made the odd ones, Bo 2 and 6, the program the others; Anna handles 2 as well. Number n was
    made n - 1 hours after noon's half past nine; 3 was changed last, ten hours after.
    """

    anna: Reader
    bo: Reader
    program: Reader


@pytest.fixture(scope="module")
def three(common_hub: Hub, common_client: TestClient) -> Three:
    clock = common_hub.clock
    assert isinstance(clock, FixedClock)
    looking = Three(
        Reader.user(common_client, "CustDemo/c_anna", "demo-anna-password"),
        Reader.user(common_client, "CustDemo\\c_bo", "demo-bo-password"),
        Reader.key(common_client, "demo-key"),
    )
    for number in range(1, 10):
        others = looking.bo if number in {2, 6} else looking.program
        maker = looking.anna if number % 2 else others
        line = {"line": "vacuums"} if number < 8 else {"line": "services"}
        assert make(maker, *([CARE] if number > 7 else []), **line) == number
        clock.instant += HOUR
    looking.program.post_nothing("/quotation/2/users", {"userIds": [1]})
    clock.instant = NOW + 10 * HOUR
    found = Caller(common_client).send("GET", "/quotes?limit=50").json()["data"]
    ids = {each["number"]: each["id"] for each in found}
    third = looking.program.get("/quotation/3")["title"]
    Caller(common_client).send("PATCH", f"/quotes/{ids[third]}", {"title": "Third"})
    return looking


def page(reader: Reader, query: str = "", line: str = "vacuums") -> Json:
    answer = reader.send("GET", f"/quotations/{line}{'?' if query else ''}{query}")
    assert answer.status_code == 200, answer.text
    read: Json = answer.json()
    return read


def ids(reader: Reader, query: str = "", line: str = "vacuums") -> list[int]:
    return [each["quotation_id"] for each in page(reader, query, line)["data"]]


def test_a_row_has_the_members_of_the_page(three: Three) -> None:
    first = page(three.program)["data"][2]
    assert first == {
        "quotation_id": 3,
        "product_line": "vacuums",
        "title": "Third",
        "owner": 1,
        "latest_revision": 1,
        "created_at": START + 2 * 3600,
        "updated_at": START + 10 * 3600,
    }


@pytest.mark.parametrize(
    ("query", "rows", "standing"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7], (7, 25, 1, 0, 7, 1)),
        ("size=3", [1, 2, 3], (3, 3, 1, 0, 7, 3)),
        ("size=3&offset=3", [4, 5, 6], (3, 3, 2, 3, 7, 3)),
        ("size=3&offset=5", [6, 7], (2, 3, 2, 5, 7, 3)),
        ("size=3&offset=6", [7], (1, 3, 3, 6, 7, 3)),
        ("size=3&offset=7", [], (0, 3, 3, 7, 7, 3)),
        ("size=500&offset=2147483647", [], (0, 500, 4294968, 2147483647, 7, 1)),
        ("size=3&offset=4&sort=-created_at", [3, 2, 1], (3, 3, 2, 4, 7, 3)),
        ("size=2&offset=1&sort=-created_at", [6, 5], (2, 2, 1, 1, 7, 4)),
        ("size=&offset=&sort=", [1, 2, 3, 4, 5, 6, 7], (7, 25, 1, 0, 7, 1)),
        ("size=&offset=3&sort[]=&userId=&updated_start=", [4, 5, 6, 7], (4, 25, 1, 3, 7, 1)),
        ("updated_end=&created_start=&created_end&size=1", [1], (1, 1, 1, 0, 7, 7)),
    ],
)
def test_a_page_says_where_it_stands(
    three: Three, query: str, rows: list[int], standing: tuple[int, ...]
) -> None:
    found = page(three.program, query)
    assert [each["quotation_id"] for each in found.pop("data")] == rows
    names = ("size", "pageSize", "currentPage", "offset", "total", "pages")
    assert found == dict(zip(names, standing, strict=True))


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("sort=quotation_id", [1, 2, 3, 4, 5, 6, 7]),
        ("sort=-quotation_id", [7, 6, 5, 4, 3, 2, 1]),
        ("sort=-updated_at", [3, 7, 6, 5, 4, 2, 1]),
        ("sort=updated_at", [1, 2, 4, 5, 6, 7, 3]),
        ("sort=owner", [4, 1, 3, 5, 7, 2, 6]),
        ("sort=-owner,created_at", [2, 6, 1, 3, 5, 7, 4]),
        ("sort[]=-owner&sort[]=-created_at", [6, 2, 7, 5, 3, 1, 4]),
        ("sort%5B0%5D=owner&sort%5B1%5D=-updated_at", [4, 3, 7, 5, 1, 6, 2]),
        ("sort=", [1, 2, 3, 4, 5, 6, 7]),
        ("sort=owner&size=3&offset=4", [7, 2, 6]),
    ],
)
def test_quotations_are_sorted(three: Three, query: str, rows: list[int]) -> None:
    assert ids(three.program, query) == rows


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("userId=1", [1, 2, 3, 5, 7]),
        ("userId=2", [2, 6]),
        ("userId=99", []),
        (f"created_start={START + 7200}", [3, 4, 5, 6, 7]),
        (f"created_end={START + 7200}", [1, 2]),
        (f"created_start={START + 3600}&created_end={START + 3 * 3600}", [2, 3]),
        (f"updated_start={START + 6 * 3600}", [3, 7]),
        ("updated_end=2026-11-21T11:30:00Z", [1, 2]),
        ("updated_end=2026-11-21T12:30:00%2B01:00", [1, 2]),
        ("created_start=2026-11-21&created_end=2026-11-22", [1, 2, 3, 4, 5, 6, 7]),
        ("created_start=2026-11-22", []),
        ("created_start=20261121&created_end=20261122", [1, 2, 3, 4, 5, 6, 7]),
        ("created_start=20261122", []),
        ("updated_end=20261121T113000Z", [1, 2]),
        ("created_start=86400000&created_end=99999999", []),
        ("created_start=18991231", [1, 2, 3, 4, 5, 6, 7]),
        (f"userId=1&updated_start={START + 6 * 3600}&sort=-created_at", [7, 3]),
        (f"created_start={START + 3600}&size=2&offset=4", [6, 7]),
    ],
)
def test_quotations_are_filtered(three: Three, query: str, rows: list[int]) -> None:
    assert ids(three.program, query) == rows


def test_a_filtered_page_counts_what_fits(three: Three) -> None:
    found = page(three.program, f"created_start={START + 7200}&size=2&offset=2")
    assert (found["total"], found["pages"], found["currentPage"]) == (5, 3, 2)


def test_one_sees_what_one_owns_and_handles_alone(three: Three) -> None:
    assert ids(three.anna) == [1, 2, 3, 5, 7]
    assert ids(three.anna, line="services") == [9]
    assert page(three.anna, "size=2&offset=3")["total"] == 5
    assert ids(three.anna, "size=2&offset=3") == [5, 7]
    assert ids(three.anna, "userId=2") == [2]
    assert page(three.anna, "userId=2")["total"] == 1
    assert ids(three.bo) == [1, 2, 3, 4, 5, 6, 7]
    assert ids(three.bo, line="services") == [8, 9]


def test_every_page_together_is_everything_once(three: Three) -> None:
    for sort in ("quotation_id", "-owner", "updated_at", "-created_at,owner"):
        pages = [ids(three.program, f"size=1&offset={at}&sort={sort}") for at in range(7)]
        found = [each for rows in pages for each in rows]
        assert found == ids(three.program, f"sort={sort}")


@pytest.mark.parametrize(
    "query",
    [
        *("size=0", "size=501", "size=-1", "size=x", "size=1.5", "size=1&size=2"),
        *("offset=-1", "offset=2147483648", "offset=99999999999999999999", "offset=x"),
        *("sort=title", "sort=-date", "sort[]=title", "sort[]=-date", "sort=owner,,created_at"),
        *("sort=owner,owner", "sort[]=owner&sort[]=-owner", "sort=owner&sort=created_at&x=1"),
        *("userId=0", "userId=x", "userId=2147483648", "created_start=yesterday"),
        *("colour=", "size=1&size=", "created_end=20260230", "created_end=20261301"),
        *("created_end=2026-02-30", "updated_start=99999999999999", "updated_end=-1"),
        *("updated_start=2026-11-21T25:00:00", "colour=red", "state=true"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(three: Three, query: str) -> None:
    answer = three.program.send("GET", f"/quotations/vacuums?{query}")
    assert answer.status_code == 400, answer.text
    refused = answer.json()
    assert refused["error"]["code"] == 400
    assert refused["meta"]["errors"][0]["pointer"].startswith("/")
