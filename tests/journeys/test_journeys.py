"""The journeys of this folder: what happens between a request and the money, step by step."""

from pathlib import Path

import pytest

from tests.journeys.playing import Player
from tests.journeys.scenario import continued, read

EVERY = sorted(Path(__file__).parent.glob("*.yaml"))
FILES = [each for each in EVERY if each not in {continued(other) for other in EVERY}]
"""Those that no other goes on after."""


@pytest.mark.parametrize("file", FILES, ids=[each.stem for each in FILES])
def test_a_journey_goes_as_written(file: Path, player: Player) -> None:
    for step in read(file):
        player.play(step)


def test_there_are_journeys() -> None:
    assert len(FILES) >= 3
