"""Many callers at once, another process beside us, keys that change while requests run."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.testclient import TestClient

from adapters.identity.jwks import JsonWebKeySets
from connector.assembly import assemble
from connector.security import Authenticator
from connector.surfaces import superoffice
from engine.hub import Hub
from engine.kernel.clock import SystemClock
from engine.services.tenancy import create_tenant
from engine.tenants.tenant import SignIn
from tests.connector.superoffice.conftest import CONTEXT_CLAIM, KEYRING, ROOT, Crm

AUDIENCE = "quotewright-demo"


def test_twenty_who_order_at_once_get_one_order(crm: Crm, hub: Hub, client: TestClient) -> None:
    body = crm.order_body(quote_id=77)

    async def everybody() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=client.app)
        headers = crm.basic(crm.tenant, crm.secret)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as caller:
            calls = (
                caller.post("/superoffice/PlaceOrder", json=body, headers=headers)
                for _ in range(20)
            )
            return await asyncio.gather(*calls)

    answers = asyncio.run(everybody())
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["State"] for answer in answers} == {"Ok"}
    [key] = {answer.json()["CRMQuote"]["ERPOrderKey"] for answer in answers}
    with hub.reading(crm.tenant) as records:
        order = records.orders.find_by_number(key)
    assert order is not None
    assert order.total == 400
    next_key = crm.call("PlaceOrder", crm.order_body(quote_id=78))["CRMQuote"]["ERPOrderKey"]
    assert int(next_key[-6:]) == int(key[-6:]) + 1


def test_what_another_process_imports_is_seen_by_the_next_call(crm: Crm, hub_url: str) -> None:
    asked = {"Context": {}, "ErpProductKey": "18600"}
    assert crm.call("GetProduct", asked)["UnitListPrice"] == 200
    script = (
        "import sys\n"
        "from decimal import Decimal\n"
        "from dataclasses import replace\n"
        "from engine.hub import Hub\n"
        "from engine.kernel.clock import SystemClock\n"
        "hub = Hub(sys.argv[1], clock=SystemClock())\n"
        "with hub.unit_of_work(sys.argv[2]) as uow:\n"
        "    [entry] = [e for e in uow.catalogues.load().entries if e.sku == '18600']\n"
        "    uow.catalogues.put_entries([replace(entry, list_price=Decimal('210.50'))])\n"
    )
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, hub_url, crm.tenant]
    subprocess.run(command, check=True, timeout=60, env=environ, cwd=ROOT)
    assert crm.call("GetProduct", asked)["UnitListPrice"] == 210.5


class Environment:
    """A CRM environment that signs tokens and publishes its keys in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.keys: dict[str, rsa.RSAPrivateKey] = {}

    def add(self, kid: str) -> None:
        self.keys[kid] = rsa.generate_private_key(65537, 2048)
        self.publish(*self.keys)

    def publish(self, *kids: str) -> None:
        keys = [self._jwk(kid) for kid in kids]
        made = self.file.with_suffix(".new")
        made.write_text(json.dumps({"keys": keys}))
        made.replace(self.file)

    def token(self, tenant: str, kid: str, **claims: object) -> str:
        said = {
            CONTEXT_CLAIM: tenant,
            "iss": "SuperOffice AS",
            "aud": f"spn:{AUDIENCE}",
            "exp": int(time.time()) + 300,
        }
        return jwt.encode(said | claims, self.keys[kid], "RS256", headers={"kid": kid})

    def _jwk(self, kid: str) -> dict[str, str]:
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[kid].public_key(), as_dict=True)
        return {**jwk, "kid": kid, "use": "sig", "alg": "RS256"}


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    environment = Environment(tmp_path / "keys.json")
    environment.add("first")
    return environment


@pytest.fixture
def guarded(hub: Hub, environment: Environment) -> TestClient:
    """The application as an environment's tenants reach it."""
    authenticator = Authenticator(
        hub,
        KEYRING,
        JsonWebKeySets.of(str(environment.file)),
        audiences=frozenset({AUDIENCE, f"spn:{AUDIENCE}"}),
        issuers=frozenset({"SuperOffice AS"}),
        clock=SystemClock(),
        failures_per_minute=0,
    )
    return TestClient(assemble(hub, [superoffice(ROOT / "openapi")], authenticator))


def tenant_without_a_secret(hub: Hub, name: str) -> str:
    with hub.administration() as administration:
        create_tenant(administration, name, SignIn.ENVIRONMENT, KEYRING)
    return name


def asked(client: TestClient, authorization: str) -> int:
    headers = {"Authorization": authorization}
    answer: httpx.Response = client.post("/superoffice/GetCapabilities", json={}, headers=headers)
    return answer.status_code


def test_a_tenant_without_a_secret_is_served_while_its_keys_rotate(
    hub: Hub, guarded: TestClient, environment: Environment
) -> None:
    tenant = tenant_without_a_secret(hub, "CustRotating")
    statuses: list[tuple[str, int]] = []
    stop = threading.Event()

    def ask(kid: str) -> None:
        while not stop.is_set():
            token = f"Bearer {environment.token(tenant, kid)}"
            statuses.append((kid, asked(guarded, token)))

    with guarded:
        first = threading.Thread(target=ask, args=("first",))
        first.start()
        time.sleep(0.3)
        environment.add("second")
        second = threading.Thread(target=ask, args=("second",))
        second.start()
        time.sleep(0.7)
        stop.set()
        first.join(10)
        second.join(10)
        assert {kid for kid, _ in statuses} == {"first", "second"}
        assert {status for _, status in statuses} == {200}

        kept = f"Bearer {environment.token(tenant, 'first')}"
        assert asked(guarded, kept) == 200
        environment.publish("second")
        deadline = time.monotonic() + 5
        while asked(guarded, kept) == 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert asked(guarded, kept) == 401
        assert asked(guarded, f"Bearer {environment.token(tenant, 'second')}") == 200


def test_no_other_proof_opens_a_tenant_without_a_secret(
    hub: Hub, guarded: TestClient, environment: Environment
) -> None:
    tenant = tenant_without_a_secret(hub, "CustKeyed")
    public = environment.keys["first"].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = {CONTEXT_CLAIM: tenant, "aud": AUDIENCE, "exp": int(time.time()) + 300}
    with guarded:
        for forged in (
            f"Bearer {hmac_signed(claims, pem)}",
            f"Bearer {jwt.encode(claims, '', 'none')}",
            f"Bearer {environment.token(tenant, 'first', aud='somebody-else')}",
            f"Bearer {environment.token(tenant, 'first', iss='https://evil.example')}",
            f"Bearer {environment.token(tenant, 'first', exp=int(time.time()) - 600)}",
            "Basic " + base64.b64encode(f"{tenant}:".encode()).decode(),
        ):
            assert asked(guarded, forged) == 401
        assert asked(guarded, f"Bearer {environment.token(tenant, 'first')}") == 200


def hmac_signed(claims: dict[str, Any], key: bytes) -> str:
    """HS256 with the public key's text as its secret, which the library refuses to make."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    head = part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "first"}).encode())
    signed = f"{head}.{part(json.dumps(claims).encode())}"
    return f"{signed}.{part(hmac.new(key, signed.encode(), hashlib.sha256).digest())}"
