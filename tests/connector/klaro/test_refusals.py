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


def test_an_id_of_another_tenant_is_no_id(program: Reader, stranger: Reader) -> None:
    quotation = make(program)
    far = quotation + 5_000
    for path in ("", "/users", "/revisions", "/revision/1", "/revision/1/phase?phaseId=general"):
        stranger.get(f"/quotation/{far}{path}", 404)
    stranger.post(f"/quotation/{far}/users", {"userIds": [1]}, 404)
    stranger.call("PUT", f"/quotation/{far}/revision/1", {"log_message": "x"}, 404)
    stranger.post(f"/quotation/{far}/revision/1/summary", {"custom_sales_price": 1}, 404)
