"""However quotes and orders are driven, they stay what a small model of them says they are."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.ordering import Ordering
from tests.machine.quotes import ACTS, TABLE
from tests.machine.world import world

STEPS = 50
import os
from hypothesis import Phase
PH = [Phase.generate] if os.environ.get('NS') else list(Phase)


@pytest.mark.parametrize(
    "steps", [5_000, pytest.param(100_000, marks=pytest.mark.soak)], ids=["suite", "soak"]
)
def test_nothing_happens_that_should_not(steps: int, seeded_url: str, tmp_path: Path) -> None:
    with world(seeded_url, tmp_path) as driven:
        run_state_machine_as_test(
            lambda: Ordering(driven),
            settings=settings(
                max_examples=steps // STEPS,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=PH,
            ),
        )
        driven.check_chains()
        reached = set(driven.pairs)
        print(f"{driven.steps['all']:,} steps, {len(reached)} pairs; {sorted(driven.steps.items())}")
        assert driven.steps["all"] >= steps
        every = {(status, act) for status in TABLE for act in ACTS}
        if steps > 5_000:
            assert reached == every
