from pathlib import Path

from connector.cli import demo
from engine.hub import Hub
from engine.services import signing_connections
from engine.tenants.secrets import KeyRing
from engine.tenants.signing import SigningConnection
from tests.connector.cli.conftest import NOON, RING, Run

ADDRESS = "Address, shown this once: /api/v1/sign/docusign/"
SECRET = "Secret, shown this once: "


def kept(hub: Hub, tenant: str = "Cust1") -> SigningConnection:
    with hub.administration(reading=True) as administration:
        [connection] = signing_connections.listed(administration, tenant)
    return connection


def shown(output: str, before: str) -> str:
    [line] = [line for line in output.splitlines() if line.startswith(before)]
    return line.removeprefix(before)


def test_a_provider_is_given_an_address_that_only_it_knows(run: Run, hub: Hub) -> None:
    run("tenants", "add", "Cust1")
    output = run("signing", "add", "Cust1", "docusign").stdout
    token, secret = shown(output, ADDRESS), shown(output, SECRET)
    with hub.administration(reading=True) as administration:
        found = signing_connections.of_token(administration, token)
        assert signing_connections.of_token(administration, token[:-1]) is None
    assert found is not None
    assert found == kept(hub)
    assert (found.provider, found.created_at) == ("docusign", NOON)
    assert signing_connections.secrets_of(found, RING) == (secret,)
    assert len(token) >= 43
    for hidden in (token, secret):
        assert hidden not in repr(found)
        assert hidden not in run("signing", "list", "Cust1").stdout


def test_a_secret_may_come_from_the_provider_and_is_not_shown(
    run: Run, hub: Hub, tmp_path: Path
) -> None:
    run("tenants", "add", "Cust1")
    for name in ("hmac", "access"):
        (tmp_path / name).write_text(f"{name}-of-the-provider-0123456789\n")
    output = run(
        *("signing", "add", "Cust1", "scrive", "--secret-file", str(tmp_path / "hmac")),
        *("--access-file", str(tmp_path / "access"), "--api", "https://api.example"),
    ).stdout
    assert "of-the-provider" not in output
    access = signing_connections.access_of(kept(hub), RING)
    assert access is not None
    assert access.credentials == "access-of-the-provider-0123456789"
    assert (access.provider, access.api) == ("scrive", "https://api.example")
    assert "of-the-provider" not in repr(access)


def test_a_new_secret_is_believed_beside_the_older_ones_or_alone(run: Run, hub: Hub) -> None:
    run("tenants", "add", "Cust1")
    first = shown(run("signing", "add", "Cust1", "generic").stdout, SECRET)
    connection = kept(hub).id
    second = shown(run("signing", "rotate", "Cust1", connection).stdout, SECRET)
    assert signing_connections.secrets_of(kept(hub), RING) == (second, first)
    third = shown(run("signing", "rotate", "Cust1", connection, "--only").stdout, SECRET)
    assert signing_connections.secrets_of(kept(hub), RING) == (third,)
    for _ in range(6):
        run("signing", "rotate", "Cust1", connection)
    assert len(kept(hub).sealed) == 4


def test_unknown_things_and_secrets_that_are_not_fit_are_refused(run: Run, tmp_path: Path) -> None:
    run("tenants", "add", "Cust1")
    (tmp_path / "short").write_text("short")
    short = ("--secret-file", str(tmp_path / "short"))
    for words in (
        ("add", "Cust1", "nobody"),
        ("add", "Cust2", "generic"),
        ("add", "Cust1", "generic", *short),
        ("add", "Cust1", "docusign", *short),
        ("rotate", "Cust1", "sgc_none"),
        ("list", "Cust2"),
    ):
        assert run("signing", *words).exit_code in {1, 2}
    assert "generic" not in run("signing", "list", "Cust1").stdout


def test_secrets_are_sealed_anew_with_the_others(run: Run, hub: Hub) -> None:
    run("tenants", "add", "Cust1")
    secret = shown(run("signing", "add", "Cust1", "generic").stdout, SECRET)
    assert run("tenants", "reseal").stdout == "0 secrets were sealed anew.\n"
    ring = KeyRing([bytes(range(32)), bytes(32)])
    with hub.administration() as administration:
        assert signing_connections.reseal(administration, ring) == 1
        assert signing_connections.reseal(administration, ring) == 0
    alone = KeyRing([bytes(range(32))])
    assert signing_connections.secrets_of(kept(hub), alone) == (secret,)


def test_the_demo_believes_a_secret_that_everybody_knows(hub: Hub) -> None:
    for _ in range(2):
        demo.seed(hub, RING)
    assert signing_connections.secrets_of(kept(hub, "CustDemo"), RING) == (
        "demo-esign-secret-0123456789abcdef",
    )
    with hub.administration(reading=True) as administration:
        assert signing_connections.listed(administration, "CustOther") == ()
