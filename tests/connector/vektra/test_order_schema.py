"""Receivers of orders read what they are sent from where the API is."""

import jsonschema
from starlette.testclient import TestClient

from tests.connector.vektra.conftest import ROOT


def test_the_schema_of_orders_is_served_to_anybody(demo_client: TestClient) -> None:
    answer = demo_client.get("/api/v1/order-1.schema.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.content == (ROOT / "openapi" / "order-1.schema.json").read_bytes()
    jsonschema.Draft202012Validator.check_schema(answer.json())
    assert demo_client.post("/api/v1/order-1.schema.json", json={}).status_code == 405
