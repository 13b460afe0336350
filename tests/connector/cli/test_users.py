"""Users at the command line: a password is printed where one was made, and once."""

from engine.hub import Hub
from engine.tenants.user import Right, opens
from tests.connector.cli.conftest import Run

SHOWN = "Password, shown this once: "


def password(stdout: str) -> str:
    [line] = [each for each in stdout.splitlines() if each.startswith(SHOWN)]
    return line.removeprefix(SHOWN)


def test_a_user_is_added_with_a_password_nobody_keeps(run: Run, hub: Hub) -> None:
    run("tenants", "add", "Cust1")
    names = ("--first-name", "Ola", "--last-name", "Berg", "--email", "ola@x.example")
    added = run("users", "add", "Cust1", "c_ola", *names, "--right", "edit", "--right", "print")
    assert added.stdout.startswith("User Cust1/c_ola has the number 1.\n")
    kept = hub.user("Cust1", "C_OLA")
    assert kept is not None
    assert (kept.number, kept.full_name, kept.rights) == (1, "Ola Berg", (Right.EDIT, Right.PRINT))
    assert opens(password(added.stdout), kept.digest)
    assert password(added.stdout) not in kept.digest
    assert kept.digest not in repr(kept)
    listed = run("users", "list", "Cust1").stdout
    assert "Ola Berg" in listed
    assert "scrypt" not in listed


def test_a_user_is_changed_and_disabled(run: Run, hub: Hub) -> None:
    run("tenants", "add", "Cust1")
    given = run("users", "add", "Cust1", "c_ola", "--password", "first-password")
    assert SHOWN not in given.stdout
    before = hub.standing("Cust1")
    changed = run("users", "change", "Cust1", "c_ola", "--new-password", "--privileged")
    kept, after = hub.user("Cust1", "c_ola"), hub.standing("Cust1")
    assert kept is not None
    assert before is not None
    assert after is not None
    assert after.credentials_version > before.credentials_version
    assert kept.is_privileged
    assert opens(password(changed.stdout), kept.digest)
    assert not opens("first-password", kept.digest)
    assert run("users", "disable", "Cust1", "c_ola").stdout == "User Cust1/c_ola is disabled.\n"
    gone = hub.user("Cust1", "c_ola")
    assert gone is not None
    assert gone.disabled
    [row] = [each for each in run("users", "list", "Cust1").stdout.splitlines() if "c_ola" in each]
    assert row.split()[-1] == "no"
    assert run("users", "change", "Cust1", "c_ola", "--enabled").exit_code == 0
    back = hub.user("Cust1", "c_ola")
    assert back is not None
    assert not back.disabled
    assert back.digest == kept.digest


def test_users_that_cannot_be_are_refused(run: Run) -> None:
    run("tenants", "add", "Cust1")
    assert run("users", "add", "Cust1", "c_ola").exit_code == 0
    for words in (
        ("add", "Nobody", "c_ola"),
        ("add", "Cust1", "c_OLA"),
        ("add", "Cust1", "a b"),
        ("add", "Cust1", "a/b"),
        ("add", "Cust1", "c_per", "--password", "short"),
        ("add", "Cust1", "c_per", "--right", "everything"),
        ("change", "Cust1", "c_nobody", "--privileged"),
        ("disable", "Cust1", "c_nobody"),
    ):
        assert run("users", *words).exit_code != 0, words
    assert "c_per" not in run("users", "list", "Cust1").stdout
