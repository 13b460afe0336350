"""The composition root: settings become an application, and a demo keeps its key."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import app
from engine.tenants.secrets import new_key
from tests.connector.wire import Wire


def settings(tmp_path: Path, **environ: str) -> app.Settings:
    return app.Settings.from_env({"HUB_DATA": str(tmp_path / "var"), **environ})


def test_an_application_is_made_of_settings_alone(tmp_path: Path) -> None:
    chosen = settings(tmp_path, HUB_DEMO="1", HUB_SO_KEYS=str(tmp_path / "none.json"))
    wire = Wire(app.create_app(chosen))
    assert wire.get("/health").status == 200
    assert wire.get("/ready").status == 503
    hub = app.open_hub(chosen)
    hub.migrate()
    hub.close()
    assert wire.get("/ready").status == 200
    assert wire.post("/superoffice/GetCapabilities", {}).status == 401


def test_the_demo_makes_one_key_and_keeps_it_to_itself(tmp_path: Path) -> None:
    chosen = settings(tmp_path, HUB_DEMO="1")
    with ThreadPoolExecutor(8) as threads:
        rings = list(threads.map(lambda _: app.keyring(chosen), range(8)))
    sealed = rings[0].seal("CustA", "x" * 32)
    assert {ring.open("CustA", sealed) for ring in rings} == {"x" * 32}
    kept = tmp_path / "var" / "secret.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [file.name for file in kept.parent.iterdir()] == ["secret.key"]


def test_a_key_that_is_set_is_used_and_nothing_is_kept(tmp_path: Path) -> None:
    chosen = settings(tmp_path, HUB_DEMO="1", HUB_SECRET_KEY=f"{new_key()},{new_key()}")
    assert app.keyring(chosen).seal("CustA", "x" * 32)
    assert not (tmp_path / "var" / "secret.key").exists()


def test_outside_the_demo_a_key_is_demanded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="HUB_SECRET_KEY"):
        app.keyring(settings(tmp_path))


def test_wrong_settings_end_the_process_with_their_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_TYPO", "1")
    with pytest.raises(SystemExit, match="HUB_TYPO"):
        app.main()
