"""What is kept is made once, and removed when nobody has used it for a fortnight."""

import fcntl
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.peers import shelf

DAY = 86_400
FIRST, SECOND, THIRD = (shelf.key(each) for each in "abc")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def filled(folder: Path) -> None:
    (folder / "thing").write_text("made")


def never(_: Path) -> None:
    raise AssertionError("it is there already")


def aged(folder: Path, days: int) -> None:
    """As if it was used last so many days ago."""
    then = time.time() - days * DAY
    for each in (folder / ".finished", folder):
        if each.exists():
            os.utime(each, (then, then))


def there() -> set[str]:
    return {each.name for each in shelf.place().iterdir()}


def test_a_thing_is_made_once() -> None:
    folder = shelf.kept("tool", FIRST, filled)
    assert shelf.kept("tool", FIRST, never) == folder
    assert (folder / "thing").read_text() == "made"


def test_what_was_left_half_made_is_made_anew() -> None:
    def broken(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("it broke")

    with pytest.raises(RuntimeError, match="it broke"):
        shelf.kept("tool", FIRST, broken)
    folder = shelf.kept("tool", FIRST, filled)
    assert not (folder / "half").exists()


def test_other_versions_go_when_they_were_not_used_for_a_fortnight() -> None:
    old = shelf.kept("tool", FIRST, filled)
    younger = shelf.kept("tool", SECOND, filled)
    aged(old, 15)
    aged(younger, 13)
    new = shelf.kept("tool", THIRD, filled)
    assert there() == {
        each for folder in (younger, new) for each in (folder.name, f"{folder.name}.lock")
    }
    assert shelf.kept("tool", FIRST, filled) == old
    assert (old / "thing").exists()


def test_what_is_used_again_stays() -> None:
    old = shelf.kept("tool", FIRST, filled)
    aged(old, 15)
    shelf.kept("tool", FIRST, never)
    shelf.kept("tool", SECOND, filled)
    assert old.exists()


def test_things_of_other_names_are_left_alone() -> None:
    folders = [shelf.kept("tool", FIRST, filled), shelf.kept("tool-sqlite", FIRST, filled)]
    aged(folders[1], 15)
    stranger = shelf.place() / "tool-notes"
    stranger.mkdir()
    aged(stranger, 15)
    shelf.kept("tool", SECOND, filled)
    assert folders[1].exists()
    assert stranger.exists()


def test_a_half_made_one_goes_too() -> None:
    half = shelf.place() / f"tool-{FIRST}"
    half.mkdir()
    aged(half, 15)
    shelf.kept("tool", SECOND, filled)
    assert not half.exists()


def test_what_somebody_has_in_hand_stays() -> None:
    old = shelf.kept("tool", FIRST, filled)
    aged(old, 15)
    with (shelf.place() / f"{old.name}.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shelf.kept("tool", SECOND, filled)
    assert (old / "thing").exists()


def test_of_many_who_want_it_at_once_one_makes_it() -> None:
    old = shelf.kept("tool", FIRST, filled)
    aged(old, 15)
    made: list[Path] = []

    def slowly(folder: Path) -> None:
        made.append(folder)
        time.sleep(0.05)
        filled(folder)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: shelf.kept("tool", SECOND, slowly), range(24)))
    assert made == [found[0]]
    assert len(set(found)) == 1
    assert not old.exists()
