"""`make bench`, third part: the configuration solver beside others.

Every figure is processor time of the solver's process for one question on a model it has
already. Models of other people are read from the folder MODELS, where it is given.
"""

import json
import math
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.solvers import goals
from benchmarks.solvers.contest import Contest, Taken, Times
from benchmarks.solvers.goals import Ratio, Verdict
from benchmarks.solvers.lineup import INSTALLED, OURS, PROCESSES
from benchmarks.solvers.models import Model, page_example, write
from benchmarks.solvers.planted import planted
from benchmarks.solvers.processes import Process, environment, processes
from benchmarks.solvers.stored import stored

RESULTS = Path(__file__).with_name("solving.json")
_PLANTED = ((50, 2), (200, 2), (200, 1), (1_000, 2))
_QUICK_STATES = 2


def take(
    models: list[Model], states: int, cap: float, pythons: Mapping[str, str], console: Console
) -> tuple[list[Taken], dict[str, str]]:
    """What everything took, and the version of every solver."""
    found: list[Taken] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for model in models:
            file = folder / "model.json"
            write(model, file)
            referee = Process("ours", pythons["ours"], folder / "referee.log")
            with processes(pythons, folder) as running:
                contest = Contest(model, running, cap, console.print)
                found.append(contest.run(file, states, referee))
                versions = {each.name: each.version for each in running.values()}
    return found, versions


def show(taken: Taken, cap: float, console: Console) -> None:
    """Print what one model's works took."""
    model = taken.model
    title = f"{model.name}: {len(model.variables):,} variables, {sum(model.sizes):,} options"
    table = Table(
        "work",
        "by",
        "states",
        "ms",
        "p90 ms",
        "ratio",
        title=f"{title}, {len(model.rules):,} rules",
    )
    for column in table.columns[2:]:
        column.justify = "right"
    for work, by in taken.times.items():
        for who, times in by.items():
            figure = goals.figure(times)
            told = "" if who == OURS else str(goals.ratio(by[OURS], times, cap))
            both = (_written(each, cap) for each in (figure.median, figure.most))
            table.add_row(work, who, str(len(times)), *both, told)
        table.add_section()
    console.print(table)


def _written(milliseconds: float, cap: float) -> str:
    return f"> {cap:,.0f}" if math.isinf(milliseconds) else f"{milliseconds:,.2f}"


def show_goals(found: list[Verdict], console: Console) -> None:
    """Print what the goals came to."""
    table = Table("goal", "model", "measured", "at least", "")
    for each in found:
        goal = each.goal
        name = f"{goal.work}: {goal.peer} / ours"
        table.add_row(name, each.model, str(each.ratio), f"{goal.least:.2f}", each.word)
    console.print(table)


def results(
    found: list[Taken], reached: list[Verdict], cap: float, machine: object
) -> dict[str, object]:
    """The run as it is written down; what was late is null."""

    def number(value: float) -> float | None:
        return round(value, 3) if math.isfinite(value) else None

    def told(mine: Times, times: Times) -> dict[str, object]:
        figure = goals.figure(times)
        return {
            "median_ms": number(figure.median),
            "p90_ms": number(figure.most),
            "states": len(times),
            **ratio(goals.ratio(mine, times, cap)),
        }

    def ratio(given: Ratio) -> dict[str, object]:
        return {"ratio": number(given.value), "bound": given.bound.strip()}

    return {
        "machine": machine,
        "cap_ms": cap,
        "models": {
            taken.model.name: {
                work: {who: told(by[OURS], times) for who, times in by.items()}
                for work, by in taken.times.items()
            }
            for taken in found
        },
        "goals": [
            {
                "work": each.goal.work,
                "model": each.model,
                "peer": each.goal.peer,
                **ratio(each.ratio),
                "least": round(each.goal.least, 2),
                "verdict": each.word,
            }
            for each in reached
        ],
        "mismatches": [each for taken in found for each in taken.mismatches],
    }


@click.command()
@click.option("--models", envvar="MODELS", type=click.Path(path_type=Path, exists=True))
@click.option("--peers", type=click.Path(path_type=Path), help="Keep the peers' environment here.")
@click.option("--only", multiple=True, help="Only the model of this name.")
@click.option("--states", default=8, type=click.IntRange(min=1))
@click.option("--cap", default=5.0, type=click.FloatRange(min=0.1), help="Seconds for an answer.")
@click.option("--quick", is_flag=True, help="One model and two states.")
@click.option("--results", "file", default=RESULTS, type=click.Path(path_type=Path))
def main(  # noqa: PLR0913, PLR0917 (its options)
    models: Path | None,
    peers: Path | None,
    only: tuple[str, ...],
    states: int,
    cap: float,
    quick: bool,  # noqa: FBT001 (a flag of the command)
    file: Path,
) -> None:
    """Measure our solver beside others, on models of our own and those in the folder MODELS."""
    console = Console(width=140)
    measured = [page_example(), *(planted(*each) for each in _PLANTED)]
    measured += stored(models) if models else []
    if quick:
        only, states = only or (measured[1].name,), _QUICK_STATES
    measured = [each for each in measured if not only or each.name in only]
    with tempfile.TemporaryDirectory() as folder:
        theirs = environment(peers or Path(folder) / "peers")
        pythons = {name: sys.executable if name in INSTALLED else theirs for name in PROCESSES}
        found, versions = take(measured, states, cap, pythons, console)
    for taken in found:
        show(taken, cap * 1_000, console)
    reached = goals.verdicts(found, cap * 1_000)
    show_goals(reached, console)
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "solvers": versions}
    written = results(found, reached, cap * 1_000, machine)
    file.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
    mismatches = [each for taken in found for each in taken.mismatches]
    for each in mismatches:
        console.print(each, style="red", markup=False)
    console.print(f"{len(mismatches)} answers differ.")
    raise SystemExit(bool(mismatches))


if __name__ == "__main__":
    main()
