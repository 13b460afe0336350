"""Whatever is wrong is told in the one envelope, with the status in it, and changes nothing."""

import pytest
from starlette.testclient import TestClient

from tests.connector.klaro.conftest import API, Reader
from tests.connector.klaro.quotations import make

KEY = {"x-api-key": "demo-key"}
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "content", "headers", "status"),
    [
        ("GET", "/nowhere", b"", {}, 404),
        ("GET", "", b"", {}, 404),
        ("GET", "/users/", b"", {}, 404),
        ("GET", "/quotation/x", b"", {}, 404),
        ("GET", "/quotation/0", b"", {}, 400),
        ("GET", "/quotation/-1", b"", {}, 400),
        ("GET", "/quotation/2147483648", b"", {}, 400),
        ("GET", "/quotation/99999999999999999999999", b"", {}, 400),
        ("GET", "/quotation/" + "9" * 3_900, b"", {}, 400),
        ("GET", "/quotation/" + "9" * 5_000, b"", {}, 414),
        ("GET", "/quotation/%2B1", b"", {}, 400),
        ("GET", "/quotation/-0", b"", {}, 400),
        ("GET", "/quotation/01", b"", {}, 400),
        ("GET", "/quotation/1%0A", b"", {}, 404),
        ("GET", "/quotation/%D9%A1", b"", {}, 404),
        ("PUT", "/quotation/1/revision/%2B1/summary", b"{}", JSON, 400),
        ("GET", "/quotation/2147483647", b"", {}, 404),
        ("GET", "/quotation/1?state=maybe", b"", {}, 400),
        ("GET", "/quotation/2147483647/users", b"", {}, 404),
        ("GET", "/quotations/vac%20uums", b"", {}, 404),
        ("GET", "/quotations/" + "x" * 101, b"", {}, 400),
        ("DELETE", "/users", b"", {}, 405),
        ("POST", "/quotation_types", b"{}", JSON, 405),
        ("POST", "/quotations/vacuums", b"", JSON, 400),
        ("POST", "/quotations/vacuums", b"{", JSON, 400),
        ("POST", "/quotations/vacuums", b'{"account":"ACME","account":"ACME"}', JSON, 400),
        ("POST", "/quotations/vacuums", b"[]", JSON, 400),
        ("POST", "/quotations/vacuums", b"a=b", {"content-type": "text/plain"}, 415),
        ("POST", "/quotations/vacuums", b" " * (4 * 1024 * 1024 + 1), JSON, 413),
        ("POST", "/quotation/1/users", b'{"userIds":["one"]}', JSON, 400),
        ("POST", "/quotation/1/users", b'{"userIds":[0]}', JSON, 400),
        ("POST", "/quotation/1/users", b'{"userIds":1}', JSON, 400),
        ("POST", "/quotation/1/users", b'{"userIds":["0"]}', JSON, 400),
        ("POST", "/quotation/1/users", b'{"userIds":["2147483648"]}', JSON, 400),
        ("POST", "/quotation/1/users", b'{"userIds":{"0":1}}', JSON, 400),
        ("POST", "/quotation/1/users", b"{}", JSON, 400),
        ("POST", "/quotation/1/users", b'{"userIds":[99999999999]}', JSON, 400),
    ],
)
def test_a_refusal_has_its_envelope(
    demo_client: TestClient,
    method: str,
    path: str,
    content: bytes,
    headers: dict[str, str],
    status: int,
) -> None:
    answer = demo_client.request(method, f"{API}{path}", content=content, headers=KEY | headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert set(told) == {"error", "meta"}
    assert told["error"]["code"] == status
    assert told["error"]["message"].endswith(".")
    assert told["meta"]["request_id"] == answer.headers["x-request-id"]
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    "number", ["1_0", "%2B5", "%205", "5%20", "%D9%A5", "05", "5.0", "5e0", "0x5", "%EF%BC%95"]
)
@pytest.mark.parametrize(
    "path",
    [
        *(f"{API}/users?size=", f"{API}/users?offset=", f"{API}/quotations/vacuums?userId="),
        f"{API}/quotation/1/revision/1/phase?phaseId=general&subId=",
        *("/api/v1/products?limit=", "/api/v1/quotes/none?version="),
    ],
)
def test_a_number_is_written_as_json_writes_it(
    demo_client: TestClient, path: str, number: str
) -> None:
    refused = demo_client.get(f"{path}{number}", headers=KEY)
    assert refused.status_code == 400, refused.text
    name = path.rpartition("?")[2].rpartition("&")[2].removesuffix("=")
    assert f"/{name}: must be of type integer." in refused.text
    assert demo_client.get(f"{path}5", headers=KEY).status_code != 400


@pytest.mark.parametrize(
    "path", ["/users?offset=-0", "/users?offset=00", "/quotation/1/revision/01", "/users?size=-5"]
)
def test_zeros_and_signs_that_say_nothing_are_refused(demo_client: TestClient, path: str) -> None:
    assert demo_client.get(f"{API}{path}", headers=KEY).status_code == 400


def test_an_id_of_another_tenant_is_no_id(program: Reader, stranger: Reader) -> None:
    quotation = make(program)
    far = quotation + 5_000
    for path in ("", "/users", "/revisions", "/revision/1", "/revision/1/phase?phaseId=general"):
        stranger.get(f"/quotation/{far}{path}", 404)
    stranger.post(f"/quotation/{far}/users", {"userIds": [1]}, 404)
    stranger.call("PUT", f"/quotation/{far}/revision/1", {"log_message": "x"}, 404)
    stranger.post(f"/quotation/{far}/revision/1/summary", {"custom_sales_price": 1}, 404)
