from contextlib import closing
from pathlib import Path

from click.testing import CliRunner

from connector.cli import commands
from tests.connector.cli.conftest import RING, Run, hub_of


def test_migrating_an_empty_database(database_url: str) -> None:
    group = commands(lambda: hub_of(database_url), lambda: RING)
    result = CliRunner().invoke(group, ["migrate"])
    assert (result.exit_code, result.stdout) == (0, "The database has the newest schema.\n")
    with closing(hub_of(database_url)) as hub:
        assert hub.ready()


def test_seeding_an_empty_database_migrates_it_first(database_url: str) -> None:
    group = commands(lambda: hub_of(database_url), lambda: RING)
    assert CliRunner().invoke(group, ["seed"]).stdout == "Created CustDemo, CustOther.\n"


def test_a_database_that_cannot_be_opened_ends_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "hub.db").mkdir()
    group = commands(lambda: hub_of(f"sqlite:///{tmp_path / 'hub.db'}"), lambda: RING)
    result = CliRunner().invoke(group, ["migrate"])
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)


def test_seeding_twice_says_so(run: Run) -> None:
    run("seed")
    assert run("seed").stdout == "The demo tenants are there already.\n"


def test_nothing_is_opened_to_show_the_help() -> None:
    def closed() -> None:
        raise AssertionError

    group = commands(closed, closed)  # type: ignore[arg-type]
    result = CliRunner().invoke(group, ["--help"])
    assert result.exit_code == 0
    assert {"import", "tenants", "migrate", "seed"} <= set(result.stdout.split())
