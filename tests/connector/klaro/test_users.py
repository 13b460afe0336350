"""Users: listed by likeness, page by page."""

import pytest
from starlette.testclient import TestClient

from engine.hub import Hub
from engine.services import staffing
from engine.services.staffing import NewUser
from tests.connector.klaro.conftest import Reader

PEOPLE = (
    ("m_ase", "Åse", "O'Neil", "aase@x.example"),
    ("m_bob", "Bob", "Under_score", "bob@x.example"),
    ("m_bobby", "bobby", "Underscore", "bobby@x.example"),
    ("m_per", "Per", "100%", "per@y.example"),
    ("m_back", "Back", "a\\b", "BACK@Y.example"),
)


@pytest.fixture(scope="module")
def reader(common_hub: Hub, common_client: TestClient) -> Reader:
    """A program of a tenant with five users more: numbers 3 to 7."""
    with common_hub.unit_of_work("CustDemo") as uow:
        for username, first, last, email in PEOPLE:
            made = NewUser(
                username=username,
                first_name=first,
                last_name=last,
                email=email,
                password="a-password-of-tests",
            )
            staffing.add(uow, made)
    return Reader.key(common_client, "demo-key")


def found(reader: Reader, query: str) -> list[int]:
    return [each["id"] for each in reader.get(f"/users?{query}")]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7]),
        ("first_name=bob", [4]),
        ("first_name=BOB%25", [4, 5]),
        ("first_name=%25bo", [2]),
        ("first_name=%25b%25", [2, 4, 5, 7]),
        ("first_name=%C3%A5SE", [3]),
        ("last_name=under_score", [4]),
        ("last_name=under_s%25", [4]),
        ("last_name=%25_%25", [4]),
        ("last_name=100%25%25", [6]),
        ("last_name=a%5Cb", [7]),
        ("last_name=%25%5C%25", [7]),
        ("last_name=O%27Neil", [3]),
        ("last_name=%25", [1, 2, 3, 4, 5, 6, 7]),
        ("email=%25@Y.EXAMPLE", [6, 7]),
        ("email=bob@x.example&first_name=Bob", [4]),
        ("email=bob@x.example&first_name=Per", []),
        ("email=", [1, 2, 3, 4, 5, 6, 7]),
        ("sort=-id&size=2", [7, 6]),
        ("sort=-id&size=2&offset=6", [1]),
        ("sort=first_name&first_name=B%25", [7, 2, 4, 5]),
        ("first_name=&last_name=&sort=&size=&offset=", [1, 2, 3, 4, 5, 6, 7]),
        ("sort[]=-email&size=1", [6]),
        ("sort[0]=last_name&sort[1]=-id&size=1", [6]),
    ],
)
def test_users_are_found_by_likeness(reader: Reader, query: str, numbers: list[int]) -> None:
    assert found(reader, query) == numbers


def test_a_page_of_users_says_where_it_stands(reader: Reader) -> None:
    page = reader.send("GET", "/users?size=3&offset=6").json()
    assert page.pop("data") == [
        {
            "id": 7,
            "title": "Back a\\b (BACK@Y.example)",
            "fullname": "Back a\\b",
            "username": "m_back",
            "email": "BACK@Y.example",
        }
    ]
    assert page == {
        "size": 1,
        "pageSize": 3,
        "currentPage": 3,
        "offset": 6,
        "total": 7,
        "pages": 3,
    }


@pytest.mark.parametrize(
    "query",
    ["sort=password", "sort=id,id", "sort[]=id&sort[]=nope", "size=0", "size=501", "nope=1"],
)
def test_what_users_cannot_be_asked_for_is_refused(reader: Reader, query: str) -> None:
    reader.get(f"/users?{query}", 400)


def test_users_of_others_are_not_told(common_client: TestClient, reader: Reader) -> None:
    other = Reader.key(common_client, "other-key")
    assert [each["username"] for each in other.get("/users")] == ["c_ida", "c_per"]
    quotation = other.post("/quotations/machines", {"account": "ACME"}, 201)
    other.post(f"/quotation/{quotation['quotation_id']}/users", {"userIds": [7]}, 400)
    assert found(reader, "email=%25northgate%25") == []


def test_what_is_equal_stands_by_its_id_in_the_direction_of_the_last_column(
    hub: Hub, hub_client: TestClient
) -> None:
    with hub.unit_of_work("CustDemo") as uow:
        for username in ("t_one", "t_two"):
            staffing.add(uow, NewUser(username=username, first_name="Tie", password="of-the-tests"))
    reader = Reader.key(hub_client, "demo-key")
    assert found(reader, "first_name=tie&sort=first_name") == [3, 4]
    assert found(reader, "first_name=tie&sort=-first_name") == [4, 3]
    assert found(reader, "first_name=tie&sort=-last_name,first_name") == [3, 4]
    assert found(reader, "first_name=tie") == [3, 4]


def test_who_is_disabled_is_listed_no_more_and_handles_on(hub: Hub, hub_client: TestClient) -> None:
    reader = Reader.key(hub_client, "demo-key")
    made = reader.post("/quotations/vacuums", {"account": "ACME"}, 201)
    path = f"/quotation/{made['quotation_id']}/users"
    reader.post_nothing(path, {"userIds": ["1"]})
    with hub.unit_of_work("CustDemo") as uow:
        staffing.disable(uow, "c_anna")
    page = reader.send("GET", "/users").json()
    assert ([each["id"] for each in page["data"]], page["total"]) == ([2], 1)
    assert [each["id"] for each in reader.get(path)] == [1]
    other = reader.post("/quotations/vacuums", {"account": "ACME"}, 201)
    reader.post(f"/quotation/{other['quotation_id']}/users", {"userIds": [1]}, 400)
