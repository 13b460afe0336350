"""However quotes and orders are driven, they stay what a small model of them says they are.

The same steps can be run again with what Hypothesis prints about a failure; in `make test` they
are the same each time.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.quotes import ACTS, TABLE
from tests.machine.serving import driving
from tests.machine.world import world

SUITE, SOAK = 5_000, 100_000
LONG, USUAL = 50, 40
"""So many steps make an example, and so many of them it has at least on average."""
PAIRS = {(status, act) for status in TABLE for act in ACTS}


@pytest.mark.parametrize(
    "steps", [SUITE, pytest.param(SOAK, marks=pytest.mark.soak)], ids=["suite", "soak"]
)
def test_nothing_happens_that_should_not(
    steps: int, seeded_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with world(seeded_url, tmp_path) as driven:
        run_state_machine_as_test(
            driving(driven),
            settings=settings(
                max_examples=steps // USUAL,
                stateful_step_count=LONG,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        driven.check_chains()
        reached = PAIRS & set(driven.pairs)
        done = driven.steps["all"]
        request.config.get_terminal_writer().line(
            f"{done:,} steps; {len(reached)} of {len(PAIRS)} pairs of a quote's status and an act"
        )
        assert done >= steps
        if steps == SOAK:
            assert reached == PAIRS
