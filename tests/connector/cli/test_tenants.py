from contextlib import closing

from click.testing import CliRunner

from connector.cli import commands
from engine.hub import Hub
from engine.services import tenancy
from engine.tenants.secrets import KeyRing
from engine.tenants.tenant import SignIn, Tenant
from tests.connector.cli.conftest import RING, Run, hub_of

SECRET = "Shared secret, shown this once: "


def standing(hub: Hub, tenant_id: str = "Cust1") -> Tenant:
    tenant = hub.standing(tenant_id)
    assert tenant is not None
    return tenant


def secret_of(hub: Hub) -> str:
    return RING.open("Cust1", standing(hub).sealed_secret or "")


def test_a_tenant_is_added_with_a_secret_shown_once(run: Run, hub: Hub) -> None:
    result = run("tenants", "add", "Cust1", "--name", "Fjord AS")
    assert result.stdout.splitlines() == ["Tenant Cust1 is served.", SECRET + secret_of(hub)]
    assert standing(hub).name == "Fjord AS"
    with hub.reading("Cust1") as view:
        assert not view.catalogues.load().settings.sandbox


def test_a_tenant_of_an_environment_has_no_secret(run: Run, hub: Hub) -> None:
    result = run("tenants", "add", "Cust1", "--environment")
    assert result.stdout == "Tenant Cust1 is served.\n"
    assert standing(hub).sign_in is SignIn.ENVIRONMENT


def test_a_tenant_is_added_once(run: Run) -> None:
    run("tenants", "add", "Cust1")
    result = run("tenants", "add", "Cust1")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")


def test_the_list_shows_no_secret(run: Run, hub: Hub) -> None:
    run("tenants", "add", "Cust1", "--name", "Fjord")
    run("tenants", "add", "Cust2", "--environment")
    run("tenants", "disable", "Cust2")
    result = run("tenants", "list")
    assert [line.split() for line in result.stdout.splitlines()[1:]] == [
        ["Cust1", "Fjord", "shared_secret", "yes", "1"],
        ["Cust2", "environment", "no", "2"],
    ]
    assert secret_of(hub) not in result.stdout


def test_a_rotated_secret_is_another_one(run: Run, hub: Hub) -> None:
    run("tenants", "add", "Cust1")
    before = secret_of(hub)
    result = run("tenants", "rotate", "Cust1")
    assert result.stdout == f"{SECRET}{secret_of(hub)}\n"
    assert secret_of(hub) != before


def test_disabling_and_enabling(run: Run, hub: Hub) -> None:
    run("tenants", "add", "Cust1")
    assert run("tenants", "disable", "Cust1").stdout == "Tenant Cust1 is disabled.\n"
    assert standing(hub).disabled
    assert run("tenants", "enable", "Cust1").stdout == "Tenant Cust1 is enabled.\n"
    assert not standing(hub).disabled


def test_what_is_not_there_ends_in_one_line(run: Run) -> None:
    for verb in ("rotate", "disable", "enable"):
        result = run("tenants", verb, "Nobody")
        assert (result.exit_code, result.stderr) == (1, "Error: there is no tenant Nobody\n")


def test_secrets_are_sealed_anew_with_the_first_key(migrated_url: str, run: Run) -> None:
    old = KeyRing([bytes([7]) * 32])
    with closing(hub_of(migrated_url)) as hub, hub.administration() as administration:
        tenancy.create_tenant(administration, "Cust1", SignIn.SHARED_SECRET, old)
    result = run("tenants", "reseal")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    both = KeyRing([bytes(32), bytes([7]) * 32])
    group = commands(lambda: hub_of(migrated_url), lambda: both)
    assert (
        CliRunner().invoke(group, ["tenants", "reseal"]).stdout == "1 secrets were sealed anew.\n"
    )
    assert run("tenants", "reseal").stdout == "0 secrets were sealed anew.\n"
