"""What is counted: answers and how long they took, by surface, operation and kind of status.

No label comes from a caller: an unknown operation is `-`, and tenants are not told apart.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

_LABELS = ("surface", "operation", "status")
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The counters of one process; with `folder`, of all processes that share it."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._registry = CollectorRegistry()
        self._owed: tuple[tuple[str, str, float], ...] = ()
        self._answers = Counter(
            "quotewright_answers", "Answers given.", _LABELS, registry=self._registry
        )
        self._seconds = Histogram(
            "quotewright_answer_seconds",
            "Seconds from request to answer.",
            _LABELS[:2],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, surface: str, operation: str, status: int, seconds: float) -> None:
        """Count one answer."""
        key = (surface, operation, status // 100)
        found = self._known.get(key)
        if found is None:
            labels = (surface, operation or "-")
            answers = self._answers.labels(*labels, f"{status // 100}xx")
            found = self._known[key] = (answers, self._seconds.labels(*labels))
        found[0].inc()
        found[1].observe(seconds)

    def owe(self, due: int, seconds: float, dead: int) -> None:
        """What is owed to systems outside, for how long, and what was given up."""
        self._owed = (
            ("quotewright_effects_due", "Effects that are due.", due),
            ("quotewright_effects_oldest_seconds", "How long the oldest has been due.", seconds),
            ("quotewright_effects_dead", "Effects that were given up.", dead),
        )

    def written(self) -> bytes:
        """Everything counted so far, as Prometheus reads it."""
        owed = CollectorRegistry()
        owed.register(_Read(self._owed))
        if self._folder is None:
            return generate_latest(self._registry) + generate_latest(owed)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(registry) + generate_latest(owed)


class _Read(Collector):
    """Values that were read just now, the same whichever process is asked."""

    def __init__(self, values: Iterable[tuple[str, str, float]]) -> None:
        self._values = tuple(values)

    def collect(self) -> Iterator[Metric]:
        for name, meaning, value in self._values:
            yield GaugeMetricFamily(name, meaning, value)
