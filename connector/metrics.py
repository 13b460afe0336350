"""What is counted: answers and how long they took, by surface, operation and kind of status.

No label comes from a caller: an unknown operation is `-`, and tenants are not told apart.
"""

from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

_LABELS = ("surface", "operation", "status")
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The counters of one process; with `folder`, of all processes that share it."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._registry = CollectorRegistry()
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

    def written(self) -> bytes:
        """Everything counted so far, as Prometheus reads it."""
        if self._folder is None:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(registry)
