from engine.hub import Hub
from engine.tenants import api_key
from tests.connector.cli.conftest import Run

SHOWN = "API key, shown this once: "


def made(run: Run, tenant: str = "Cust1") -> str:
    result = run("keys", "create", tenant, "--name", "shop")
    assert result.stdout.startswith(SHOWN)
    return result.stdout.removeprefix(SHOWN).strip()


def test_a_key_is_shown_once_and_only_its_digest_is_kept(run: Run, hub: Hub) -> None:
    run("tenants", "add", "Cust1")
    text = made(run)
    read = api_key.parts(text)
    assert read is not None
    tenant, key_id, secret = read
    kept = hub.api_key(tenant, key_id)
    assert kept is not None
    assert kept.is_opened_by(secret)
    assert secret not in repr(kept)
    listed = run("keys", "list", "Cust1").stdout
    assert key_id in listed
    assert secret not in listed


def test_a_revoked_key_opens_nothing_and_proofs_of_it_end(run: Run, hub: Hub) -> None:
    run("tenants", "add", "Cust1")
    key_id, _, secret = made(run).partition(".")
    before = hub.standing("Cust1")
    assert run("keys", "revoke", key_id).stdout == f"Key {key_id} is revoked.\n"
    after, kept = hub.standing("Cust1"), hub.api_key("Cust1", key_id)
    assert before is not None
    assert after is not None
    assert after.credentials_version > before.credentials_version
    assert kept is not None
    assert not kept.is_opened_by(secret)


def test_keys_of_nobody_are_refused(run: Run) -> None:
    assert run("keys", "create", "Nobody").exit_code == 1
    assert run("keys", "revoke", "Nobody-0123456789").exit_code == 1
    assert run("keys", "list", "Nobody").exit_code == 1
