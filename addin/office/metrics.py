"""Counters for Prometheus: requests, calls by function, seconds; summed over all worker processes."""

from collections.abc import Mapping
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

_REGISTRY: Final = CollectorRegistry()
_CALLS: Final = Counter("steelyard_calls_total", "Calls answered, by function.", ["function"], registry=_REGISTRY)
_BATCHES: Final = Histogram(
    "steelyard_batch_seconds", "Seconds that a batch of calls took.", buckets=BUCKETS, registry=_REGISTRY
)


class Metrics:
    """The counters of this process, and the sums of all."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def answered(self, names: Mapping[str, int], seconds: float) -> None:
        """Count a batch."""
        for name, count in names.items():
            _CALLS.labels(name).inc(count)
        _BATCHES.observe(seconds)

    def text(self) -> tuple[bytes, str]:
        """The counters as Prometheus reads them, and their media type."""
        if not self._folder:
            return generate_latest(_REGISTRY), CONTENT_TYPE_LATEST
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=self._folder)  # type: ignore[no-untyped-call] # its own has no types
        return generate_latest(registry), CONTENT_TYPE_LATEST
