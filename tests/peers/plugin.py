"""Options of `make prove`, and the rows of its table: what was proven against which peer."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

_COLUMNS = ("adapter", "proof class", "passed", "failed", "not for it", "version", "seconds")


@dataclass(slots=True, kw_only=True)
class Row:
    """What became of the tests that are about one adapter and one peer."""

    adapter: str
    proof: str
    version: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0

    @property
    def cells(self) -> tuple[str, ...]:
        counts = (str(self.passed), str(self.failed), str(self.skipped))
        return (self.adapter, self.proof, *counts, self.version, f"{self.seconds:.0f}")


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """A table for people."""
    cells = [_COLUMNS, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        pairs = zip(row, widths, strict=True)
        yield "  ".join(text.ljust(width) for text, width in pairs).rstrip()


class Counting:
    """Counts the tests that record which adapter they are about."""

    def __init__(self, file: Path | None) -> None:
        self.rows: dict[str, Row] = {}
        self._before: dict[str, float] = {}
        self._file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = {name: str(value) for name, value in report.user_properties}
        if "adapter" not in told:
            before = self._before.get(report.nodeid, 0.0)
            self._before[report.nodeid] = before + report.duration
            return
        made = Row(adapter=told["adapter"], proof=told["proof"], version=told["version"])
        row = self.rows.setdefault(made.adapter, made)
        row.seconds += report.duration + self._before.pop(report.nodeid, 0.0)
        if report.failed:
            row.failed += 1
        elif report.skipped:
            row.skipped += 1
        elif report.when == "call":
            row.passed += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._file is not None:
            self._file.write_text(json.dumps([asdict(row) for row in self.rows.values()]))
        elif self.rows:
            terminalreporter.section("what was proven")
            for line in lines(self.rows.values()):
                terminalreporter.write_line(line)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--peers",
        nargs="?",
        const="",
        help="run against peers that are installed too; only those named, where any are",
    )
    parser.addoption("--losses", type=int, help="how often each call of a push loses its answer")
    parser.addoption("--rows", type=Path, help="the file that the rows of the table are told in")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Counting(config.getoption("--rows")), "quotewright-rows")
