"""What is written to the log: never a secret, a setting of a connection, or a body."""

import base64
import json
from pathlib import Path

import jwt
import requests

SECRET = "demo-shared-secret-0123456789abcdef"
PLANTED = {
    "config": "planted-config-value-5150",
    "connection": "planted-connection-data-5151",
    "body": "planted-line-text-5152",
    "query": "planted-query-5153",
    "header": "planted-header-5154",
    "wrong": "planted-wrong-secret-of-forty-characters-5155",
}


def test_the_log_is_discreet(live_server: str, live_environment: dict[str, str]) -> None:
    body = {
        "ConfigValues": {"secret": PLANTED["config"]},
        "ConnectionData": {"password": PLANTED["connection"]},
        "Context": {"CRMCompany": {"Name": PLANTED["body"]}},
        "QuoteLine": {"Name": PLANTED["body"], "Quantity": 1},
    }
    token = jwt.encode({"sub": PLANTED["body"]}, PLANTED["wrong"], "HS256")
    for operation in ("TestConnection", "OnQuoteLineChanged", "NoSuchOperation"):
        for signed in (("CustDemo", SECRET), ("CustDemo", PLANTED["wrong"])):
            requests.post(
                f"{live_server}/superoffice/{operation}?q={PLANTED['query']}",
                json=body,
                auth=signed,
                headers={"X-Planted": PLANTED["header"]},
                timeout=10,
            )
    malformed = f'{{"Context": {{}}, "QuoteLine": {{"Quantity": "{PLANTED["body"]}"}}}}'
    bearer = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    requests.post(
        f"{live_server}/superoffice/GetProduct", data=malformed, headers=bearer, timeout=10
    )
    requests.post(
        f"{live_server}/superoffice/OnQuoteLineChanged",
        data=malformed,
        headers={"Content-Type": "application/json"},
        auth=("CustDemo", SECRET),
        timeout=10,
    )
    log = (Path(live_environment["HUB_DATA"]) / "server.log").read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert any(line.get("operation") == "TestConnection" for line in lines)
    basic = base64.b64encode(f"CustDemo:{SECRET}".encode()).decode()
    served = "".join(line for line in log.splitlines() if line.startswith("{"))
    for secret in (*PLANTED.values(), SECRET, basic, token):
        assert secret not in served
