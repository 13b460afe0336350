"""What the process says about itself, without credentials and without any asset from outside."""

import json
import re
from dataclasses import replace

import pytest
import yaml

from connector.assembly import assemble
from connector.surface import Surface
from engine.hub import Hub
from tests.connector.conftest import DOCUMENTS, a_doorman
from tests.connector.wire import Wire

SOURCE = (DOCUMENTS / "superoffice.yaml").read_bytes()
PAGES = [
    "/health",
    "/ready",
    "/metrics",
    "/docs",
    "/docs/",
    "/docs/start.js",
    "/docs/assets/swagger-ui.css",
    "/superoffice/openapi.yaml",
    "/superoffice/openapi.json",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_read_and_not_written(wire: Wire, path: str) -> None:
    assert wire.get(path).status == 200
    assert wire.ask("HEAD", path, [], {}).status == 200
    refused = wire.ask("POST", path, [b"{}"], {"content-type": "application/json"})
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")


def test_alive_is_not_ready(wire: Wire, database_url: str, surface: Surface, hub: Hub) -> None:
    assert wire.get("/ready").json() == {"status": "ready"}
    unmigrated = Hub(database_url, clock=hub.clock)
    other = Wire(assemble(unmigrated, [surface], a_doorman(hub, 0)))
    assert other.get("/health").json() == {"status": "alive"}
    reply = other.get("/ready")
    assert (reply.status, reply.json()) == (503, {"status": "not ready"})
    assert int(reply.headers["retry-after"]) > 0
    unmigrated.close()


def test_the_document_is_served_as_it_is_written(wire: Wire) -> None:
    reply = wire.get("/superoffice/openapi.yaml")
    assert reply.content == SOURCE
    assert reply.headers["content-type"].startswith("application/yaml")
    assert wire.get("/superoffice/openapi.json").json() == json.loads(
        json.dumps(yaml.safe_load(SOURCE))
    )
    assert b"x-basicInfoFunc" not in reply.content
    assert b"connector." not in reply.content


def test_a_document_that_is_known_is_not_sent_again(wire: Wire) -> None:
    first = wire.get("/superoffice/openapi.yaml")
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = wire.get("/superoffice/openapi.yaml", {"if-none-match": known})
        assert (again.status, again.content, again.headers["etag"]) == (304, b"", tag)
    assert wire.get("/superoffice/openapi.yaml", {"if-none-match": '"other"'}).status == 200


def test_the_documentation_needs_nothing_from_outside(wire: Wire) -> None:
    page = wire.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    text = page.content.decode()
    assert "://" not in text
    assert not re.search(r"<script>|\son\w+=", text)
    assets = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert "/superoffice/openapi.yaml" in assets
    for asset in assets:
        assert wire.get(asset).status == 200, asset
    assert "/superoffice/openapi.yaml" in wire.get("/docs/start.js").content.decode()


@pytest.mark.parametrize(
    "path", ["/docs/assets/../service.py", "/docs/assets/index.html", "/docs/assets/", "/docs/x"]
)
def test_only_the_named_assets_are_served(wire: Wire, path: str) -> None:
    assert wire.get(path).status == 404


def test_answers_are_counted_by_operation_and_kind_and_by_nothing_a_caller_chooses(
    hub: Hub, surface: Surface, handlers: object
) -> None:
    assert handlers
    own = Wire(assemble(hub, [replace(surface)], a_doorman(hub, 0)))
    own.post("/superoffice/GetQuoteList", {"QuoteListType": "x"})
    own.post("/superoffice/GetQuoteList", {})
    own.post("/superoffice/planted-name", {})
    own.get("/planted-path")
    counted = own.get("/metrics").content.decode()
    assert "planted" not in counted
    assert "CustA" not in counted
    lines = set(counted.splitlines())
    answers = 'quotewright_answers_total{operation="%s",status="%s",surface="%s"} 1.0'
    assert answers % ("GetQuoteList", "2xx", "superoffice") in lines
    assert answers % ("GetQuoteList", "4xx", "superoffice") in lines
    assert answers % ("-", "4xx", "superoffice") in lines
    assert answers % ("-", "4xx", "-") in lines
    seconds = 'quotewright_answer_seconds_count{operation="GetQuoteList",surface="superoffice"} 2.0'
    assert seconds in lines
