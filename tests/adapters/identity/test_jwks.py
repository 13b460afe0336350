import json
from pathlib import Path

import pytest
import responses

from adapters.identity.jwks import JsonWebKeySets
from adapters.identity.sources import FileSource
from engine.kernel.errors import Unavailable
from tests.adapters.identity.keys import FIRST, SECOND, THIRD, URL, HandTimer, key_set


@pytest.fixture
def timer() -> HandTimer:
    return HandTimer()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(key_set(a=FIRST)))
    return path


def test_keys_of_a_file_are_found_by_their_exact_name(file: Path) -> None:
    keys = JsonWebKeySets.of(str(file))
    assert keys.find("a") == FIRST
    assert keys.find("A") is None
    assert keys.find("") is None


def test_an_unknown_key_makes_the_file_be_read_at_once(file: Path, timer: HandTimer) -> None:
    keys = JsonWebKeySets([FileSource(file, timer)])
    before = keys.version
    assert keys.find("b") is None
    file.write_text(json.dumps(key_set(a=FIRST, b=SECOND)))
    assert keys.find("b") == SECOND
    assert keys.version > before


def test_a_withdrawn_key_is_gone_within_a_second(file: Path, timer: HandTimer) -> None:
    keys = JsonWebKeySets([FileSource(file, timer)])
    assert keys.find("a") == FIRST
    before = keys.version
    file.write_text(json.dumps(key_set(b=SECOND)))
    timer.seconds += 0.9
    assert keys.version == before
    timer.seconds += 0.2
    assert keys.version > before
    assert keys.find("a") is None


def test_a_key_whose_numbers_change_is_another_key(file: Path) -> None:
    keys = JsonWebKeySets.of(str(file))
    assert keys.find("a") == FIRST
    before = keys.version
    file.write_text(json.dumps(key_set(a=THIRD)))
    assert keys.find("other") is None
    assert keys.version > before
    assert keys.find("a") == THIRD


def test_a_file_written_anew_with_the_same_keys_changes_nothing(
    file: Path, timer: HandTimer
) -> None:
    keys = JsonWebKeySets([FileSource(file, timer)])
    keys.find("a")
    before = keys.version
    file.write_text(json.dumps(key_set(a=FIRST), indent=2))
    timer.seconds += 2
    assert keys.version == before


@pytest.mark.parametrize("text", ["", '{"keys": [{"kty"', "[]", "x" * 1_000_001])
def test_a_half_written_file_keeps_the_old_keys(file: Path, timer: HandTimer, text: str) -> None:
    keys = JsonWebKeySets([FileSource(file, timer)])
    keys.find("a")
    before = keys.version
    file.write_text(text)
    timer.seconds += 2
    assert keys.version == before
    assert keys.find("a") == FIRST
    file.write_text(json.dumps(key_set(b=SECOND)))
    timer.seconds += 2
    assert keys.version > before
    assert (keys.find("a"), keys.find("b")) == (None, SECOND)


def test_a_file_that_is_gone_keeps_the_keys_and_an_empty_set_withdraws_all(
    file: Path, timer: HandTimer
) -> None:
    keys = JsonWebKeySets([FileSource(file, timer)])
    keys.find("a")
    file.unlink()
    timer.seconds += 2
    assert keys.find("a") == FIRST
    file.write_text('{"keys": []}')
    timer.seconds += 2
    assert keys.version == 2
    assert keys.find("a") is None


def test_a_source_that_was_never_readable_is_unavailable(tmp_path: Path) -> None:
    keys = JsonWebKeySets.of(str(tmp_path / "none.json"))
    assert keys.version == 0
    with pytest.raises(Unavailable):
        keys.find("a")


def test_without_sources_there_are_no_keys() -> None:
    assert JsonWebKeySets.of("").find("a") is None
    assert JsonWebKeySets.of(" , ").version == 0


def test_sources_stand_side_by_side_and_the_first_one_counts(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text(json.dumps(key_set(a=FIRST)))
    two.write_text(json.dumps(key_set(a=SECOND, b=THIRD)))
    keys = JsonWebKeySets.of(f"{one}, {two}, {tmp_path / 'none.json'}")
    assert keys.find("a") == FIRST
    assert keys.find("b") == THIRD
    assert keys.find("c") is None


@pytest.mark.parametrize("place", ["http://keys.example/jwks", "file:///etc/keys.json"])
def test_an_address_that_is_not_https_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match="https"):
        JsonWebKeySets.of(place)


@responses.activate
def test_of_builds_a_guarded_source_for_an_address() -> None:
    responses.get(URL, json=key_set(a=FIRST))
    assert JsonWebKeySets.of(f"{URL},").find("a") == FIRST


def test_an_address_on_this_machine_is_out_of_reach() -> None:
    with pytest.raises(Unavailable):
        JsonWebKeySets.of("https://127.0.0.1/jwks").find("a")
