"""Forms, as browsers and PHP write them, say what JSON says."""

from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from connector.assembly import assemble
from connector.cli import demo
from connector.surfaces import klaro
from connector.users import UserAuthenticator
from engine.hub import Hub
from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import make, put
from tests.connector.klaro.test_summary import summary
from tests.connector.vektra.conftest import ROOT

Json = dict[str, Any]
BOUNDARY = "----------------------------5f3a1b"
PARTS = f"multipart/form-data; boundary={BOUNDARY}"


def parts(*pairs: tuple[str, str]) -> bytes:
    """A form in parts, as curl writes it."""
    told = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in pairs
    )
    return f"{told}--{BOUNDARY}--\r\n".encode()


def sent(
    reader: Reader,
    quotation: int,
    form: str | bytes,
    status: int = 200,
    media_type: str = "application/x-www-form-urlencoded",
) -> Json:
    """What setting data of a revision with a form answers."""
    answer = reader.form("POST", f"/quotation/{quotation}/revision/1", form, media_type)
    assert answer.status_code == status, answer.text
    read: Json = answer.json()
    return read if status >= 400 else read["data"]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("form", "qualifiers"),
    [
        ("qualifiers[scope]=equipment", {"scope": "equipment"}),
        ("qualifiers%5Bscope%5D=heavy+equipment&", {"scope": "heavy equipment"}),
        ("qualifiers[sites][]=Oslo&qualifiers[sites][]=Bergen", {"sites": ["Oslo", "Bergen"]}),
        ("qualifiers[sites][1]=b&qualifiers[sites][0]=a", {"sites": ["a", "b"]}),
        ("qualifiers[sites][7]=g&qualifiers[sites][]=h", {"sites": ["g", "h"]}),
        ("qualifiers[a]=&qualifiers[b]=0", {"a": "", "b": "0"}),
        ("qualifiers[2026]=this&qualifiers[0]=none", {"2026": "this", "0": "none"}),
        (
            "qualifiers[kj%C3%B8l]=%E2%82%AC+1&qualifiers[x]=a%3Db%26c",
            {"kjøl": "€ 1", "x": "a=b&c"},
        ),
        ("qualifiers[raw]=blåbær=syltetøy", {"raw": "blåbær=syltetøy"}),
        ("qualifiers[nul]=a%00b", {"nul": "a\N{REPLACEMENT CHARACTER}b"}),
        ("qualifiers[a%00b]=c&", {"a\N{REPLACEMENT CHARACTER}b": "c"}),
        ("qualifiers=&log_message=", {}),
    ],
)
def test_names_say_where_values_stand(bo: Reader, method: str, form: str, qualifiers: Json) -> None:
    quotation = make(bo)
    answer = bo.form(method, f"/quotation/{quotation}/revision/1", form)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["qualifiers"] == qualifiers


def test_a_form_in_parts_says_the_same(bo: Reader) -> None:
    quotation = make(bo)
    form = parts(("qualifiers[scope]", "kjøl\r\nog frys"), ("qualifiers[a][]", ""), ("status", ""))
    told = sent(bo, quotation, form, media_type=PARTS)
    assert told["qualifiers"] == {"scope": "kjøl\r\nog frys", "a": [""]}
    assert told["status"] == "in_process"


def test_an_empty_state_is_not_given_and_an_empty_text_is_empty(bo: Reader) -> None:
    quotation = make(bo)
    put(bo, quotation, log_message="Before", qualifiers={"a": "b"})
    told = sent(bo, quotation, "status=&order_status=&qualifiers=")
    assert (told["log_message"], told["status"]) == ("Before", "in_process")
    told = sent(bo, quotation, "status=active&order_status=&log_message=&qualifiers[a]=")
    assert (told["status"], told["log_message"], told["qualifiers"]) == ("active", "", {"a": ""})


def test_a_quotation_is_made_with_a_form(bo: Reader) -> None:
    form = (
        "title=Two+lines&account=ACME&currency=&lines[0][sku]=VX-HOS-50&lines[0][quantity]=3"
        "&lines[1][sku]=VX-2000&lines[1][quantity]=1.0&lines[1][configuration][Drive]=7.5+kW+Ex"
        f"&lines[1][configuration][{quote('Operating Environment')}]=ATEX+Zone+22"
        "&lines[1][configuration][Belt]=Antistatic"
    )
    answer = bo.form("POST", "/quotations/vacuums", form)
    assert answer.status_code == 201, answer.text
    quotation = answer.json()["data"]["quotation_id"]
    assert answer.json()["data"]["title"] == "Two lines"
    path = f"/quotation/{quotation}/revision/1/phase?phaseId="
    assert bo.get(f"{path}general")["lines"] == 2
    assert bo.get(f"{path}line")["quantity"] == 3
    assert bo.get(f"{path}power")["Drive"] == "7.5 kW Ex"


@pytest.mark.parametrize(
    "form", ["userIds[]=1&userIds[]=2", "userIds[0]=2&userIds[1]=1", "userIds%5B%5D=1"]
)
def test_handlers_are_added_with_a_form(bo: Reader, form: str) -> None:
    quotation = make(bo)
    path = f"/quotation/{quotation}/users"
    answer = bo.form("POST", path, form)
    assert (answer.status_code, answer.content) == (204, b"")
    assert [each["id"] for each in bo.get(path)] == [2, 1]


def test_a_custom_price_is_fixed_and_freed_with_a_form(bo: Reader) -> None:
    quotation = make(bo)
    before = summary(bo, quotation)
    path = f"/quotation/{quotation}/revision/1/summary"
    fixed = bo.form("PUT", path, "custom_sales_price=123.45")
    assert (fixed.status_code, fixed.json()["data"]["sales_price"]) == (200, 123.45)
    fixed = bo.form("POST", path, parts(("custom_sales_price", "99.5")), PARTS)
    assert fixed.json()["data"]["sales_price"] == 99.5
    assert bo.form("POST", path, "custom_sales_price=").status_code == 200
    assert summary(bo, quotation) == before


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("status=active&status=active", "status"),
        ("qualifiers[a]=1&qualifiers%5Ba%5D=2", "qualifiers"),
        ("qualifiers=x&qualifiers[a]=1", "qualifiers"),
        ("qualifiers[a][]=1&qualifiers[a][0]=2", "qualifiers"),
        ("qualifiers[a][]=1&qualifiers[a]=2", "qualifiers"),
        ("qualifiers[a][b]=1", "qualifiers"),
        ("qualifiers[a]" + "[]" * 8 + "=1", "steps"),
        ("qualifiers[a=1", "brackets"),
        ("qualifiers[a]b=1", "brackets"),
        ("[a]=1", "brackets"),
        ("=1", "brackets"),
        ("qualifiers[]", "/qualifiers"),
        ("qualifiers[0]=a&qualifiers[1]=b", "/qualifiers"),
        ("colour=red", "/colour"),
        ("status[]=active", "/status"),
        ("status=gone", "/status"),
        ("log_message=%zz", "hexadecimal"),
        ("log_message=100%", "hexadecimal"),
        ("log_message=%ff", "UTF-8"),
        (b"log_message=\xff", "UTF-8"),
        ("&".join(f"qualifiers[a][]={each}" for each in range(1_001)), "1000 values"),
        ("&".join(f"qualifiers[{each}]=1" for each in range(101)), "/qualifiers"),
        ("log_message=" + "x" * 2_001, "/log_message"),
        ("&&", ""),
        ('{"status": "active"}', ""),
    ],
)
def test_what_cannot_be_meant_changes_nothing(bo: Reader, form: str | bytes, told: str) -> None:
    quotation = make(bo)
    before = bo.get(f"/quotation/{quotation}/revision/1")
    refused = sent(bo, quotation, form, 400)
    assert refused["error"]["code"] == 400
    assert told in refused["error"]["message"]
    assert bo.get(f"/quotation/{quotation}/revision/1") == before


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (parts(("status", "active"), ("status", "active")), PARTS),
        (parts(("colour", "red")), PARTS),
        (parts(("status", "active"))[:-8], PARTS),
        (b"status=active", PARTS),
        (parts(("log_message", "x")).replace(b"x", b"\xff"), PARTS),
        (parts(("status", "active")).replace(b'name="status"', b""), PARTS),
        (parts(*((f"qualifiers[a][{each}]", "1") for each in range(1_001))), PARTS),
        (
            parts(("status", "active")).replace(
                b'name="status"', b'name="status"; filename="status.txt"'
            ),
            PARTS,
        ),
    ],
)
def test_parts_that_cannot_be_meant_change_nothing(
    bo: Reader, body: bytes, media_type: str
) -> None:
    quotation = make(bo)
    before = bo.get(f"/quotation/{quotation}/revision/1")
    sent(bo, quotation, body, 400, media_type=media_type)
    assert bo.get(f"/quotation/{quotation}/revision/1") == before


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/x-www-form-urlencoded; charset=UTF-8", 200),
        ("Application/X-WWW-Form-Urlencoded", 200),
        ("application/x-www-form-urlencoded; charset=latin-1", 415),
        ("multipart/form-data", 415),
        ("multipart/mixed; boundary=x", 415),
        ("text/plain", 415),
        ("application/x-php", 415),
    ],
)
def test_other_media_types_are_not_taken(bo: Reader, media_type: str, status: int) -> None:
    sent(bo, make(bo), "log_message=x", status, media_type=media_type)


def test_a_form_without_anything_is_refused(bo: Reader) -> None:
    sent(bo, make(bo), "", 400)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, 403),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "http://TestServer:80"}, 200),
        ({"origin": "https://testserver"}, 403),
        ({"origin": "http://testserver:8080"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_a_form_of_another_site_is_refused(
    bo: Reader, headers: dict[str, str], status: int
) -> None:
    """A browser would send it with the credentials it keeps; of JSON it asks first."""
    path = f"/quotation/{make(bo)}/revision/1"
    for media_type, body in (
        ("application/x-www-form-urlencoded", b"log_message=x"),
        (PARTS, parts(("log_message", "x"))),
    ):
        told = bo.form("POST", path, body, media_type, **headers)
        assert told.status_code == status, told.text
        assert status == 200 or told.json()["meta"]["reason"] == "cross_site"
    told = bo.form("POST", path, b'{"log_message":"x"}', "application/json", **headers)
    assert told.status_code == 200


@pytest.mark.parametrize("url", ["https://quotes.example/hub", "https://Quotes.example:443"])
def test_a_page_of_ours_is_known_behind_a_proxy(hub: Hub, url: str) -> None:
    users = UserAuthenticator(hub, hub.clock)
    app = assemble(hub, [klaro(ROOT / "openapi")], users, users=users, public_url=url)
    with TestClient(app, base_url="http://10.0.0.5:8080") as client:
        reader = Reader.user(client, "CustDemo/c_bo", "demo-bo-password")
        path = f"/quotation/{make(reader)}/revision/1"
        for origin, status in (("https://quotes.example", 200), ("https://other.example", 403)):
            told = reader.form("POST", path, "log_message=x", origin=origin)
            assert told.status_code == status, told.text


@pytest.mark.parametrize("path", ["/api/v1/quotes", "/superoffice/RecalculateQuoteAlternative"])
def test_other_surfaces_take_no_forms(demo_client: TestClient, path: str) -> None:
    headers = {"x-api-key": "demo-key"}
    if path.startswith("/superoffice"):
        secret = demo.TENANTS["CustDemo"][1]
        headers = {"authorization": f"Basic {b64encode(f'CustDemo:{secret}'.encode()).decode()}"}
    assert demo_client.post(path, headers=headers, data={"a": "b"}).status_code == 415
