"""However quotes and orders are driven, they stay what a small model of them says they are.

The same steps can be run again with what Hypothesis prints about a failure; in `make test` they
are the same each time.
"""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.quotes import ACTS, TABLE
from tests.machine.serving import driving, walk
from tests.machine.world import world

SUITE, SOAK, PARTS = 5_000, 100_000, 10
"""Steps of `make test`; those of `make soak`, in so many worlds."""
LONG, USUAL, LEAST = 50, 50, 40
"""So many rules make an example; so many steps they come to on average usually, and at least."""
PAIRS = {(status, act) for status in TABLE for act in ACTS}
SOAKED = [
    pytest.param(SOAK // PARTS, False, marks=pytest.mark.soak, id=f"soak-{part}")
    for part in range(1, PARTS + 1)
]


def test_every_act_in_every_status(seeded_url: str, tmp_path: Path) -> None:
    with world(seeded_url, tmp_path) as driven:
        for status, act in sorted(PAIRS):
            walk(driven, status, act)
        driven.check_chains()
        assert PAIRS <= set(driven.pairs)


@pytest.mark.parametrize(("steps", "same"), [pytest.param(SUITE, True, id="suite"), *SOAKED])
def test_nothing_happens_that_should_not(
    steps: int,
    same: bool,
    seeded_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`same` steps each time, or others, that can be run again by what is printed of a failure."""
    with world(seeded_url, tmp_path) as driven:
        run_state_machine_as_test(
            driving(driven),
            settings=settings(
                max_examples=steps // (USUAL if same else LEAST),
                stateful_step_count=LONG,
                deadline=None,
                derandomize=same,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
        driven.check_chains()
        reached = PAIRS & set(driven.pairs)
        done = driven.steps.total()
        with capsys.disabled():
            sys.stdout.write(
                f"\n{done:,} steps, {len(reached)} of {len(PAIRS)} pairs of a status and an act\n"
            )
        assert done >= steps
