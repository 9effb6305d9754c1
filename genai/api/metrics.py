"""``GET /metrics`` for Prometheus, computed from PostgreSQL when it is asked for.

So any number of API processes tell the same, workers need no port of their own, and nothing is lost
with a process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate

from flask import Response, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from genai.api.auth import scope
from genai.api.routes import Routes
from genai.clients import AccessScope
from genai.runtime import Runtime
from genai.store.database import Database
from genai.store.figures import DELIVERY_BOUNDS, STEP_BOUNDS, Figures, Histogram, Rows, figures

_FRESH = 5.0  # seconds for which figures serve everybody who asks
_SHARE = 0.1  # of the time, at most, is spent on computing them, however many rows there are


def routes(runtime: Runtime) -> Routes:
    """/metrics."""
    blueprint = Routes("metrics", "", "Metrics: figures for Prometheus.")
    registry = CollectorRegistry()
    registry.register(_Collector(_Latest(runtime.database)))

    @blueprint.get("/metrics")
    @scope(AccessScope.OPS)
    @blueprint.response(200, {"type": "string"}, content_type="text/plain")
    def scrape() -> Response:
        """Show figures for Prometheus."""
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return Response(encode(registry), content_type=content_type)

    return blueprint


class _Latest:
    """The newest figures, computed by one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._figures: Figures | None = None
        self._until = 0.0

    def get(self) -> Figures:
        with self._lock:
            begun = time.monotonic()
            if self._figures is None or begun > self._until:
                with self._database.transaction() as connection:
                    self._figures = figures(connection)
                self._until = time.monotonic() + max(_FRESH, (time.monotonic() - begun) / _SHARE)
            return self._figures


class _Collector(Collector):
    def __init__(self, latest: _Latest) -> None:
        self._latest = latest

    def describe(self) -> list[Metric]:
        return []  # so that registering it asks nobody

    def collect(self) -> Iterator[Metric]:
        now = self._latest.get()
        yield from _of_jobs(now)
        yield from _of_steps(now)
        yield from _of_providers(now)
        yield from _of_callbacks(now)


def _of_jobs(now: Figures) -> Iterator[Metric]:
    yield _gauge("genai_jobs", "Jobs.", ("mode", "state"), now.jobs)
    yield _counter("genai_reconciles", "Jobs that reconcile pushed.", ("mode",), now.reconciles)


def _of_steps(now: Figures) -> Iterator[Metric]:
    depth = [(queue, state, count) for queue, state, count, _ in now.live_steps]
    yield _gauge("genai_queue_steps", "Unfinished steps of running jobs.", ("queue", "state"), depth)
    oldest = [(queue, age) for queue, state, _, age in now.live_steps if state == "queued"]
    yield _gauge("genai_queue_oldest_seconds", "Age of the longest queued step.", ("queue",), oldest)
    for column, name, what in (
        (1, "genai_step_retries", "Failures that may pass."),
        (2, "genai_lease_losses", "Steps whose process died or stalled."),
        (3, "genai_step_failures", "Steps that failed for good."),
    ):
        yield _counter(name, what, ("stage",), [(row[0], row[column]) for row in now.step_totals])
    yield _histogram(
        "genai_step_seconds", "Work on a step.", ("stage", "provider"), now.step_seconds, STEP_BOUNDS
    )


def _of_providers(now: Figures) -> Iterator[Metric]:
    names = ("provider", "capability")
    calls = [row[:4] for row in now.calls]
    yield _counter("genai_provider_calls", "Calls of providers.", (*names, "state"), calls)
    yield _counter("genai_provider_errors", "Errors of providers.", (*names, "code"), now.errors)
    cost: dict[tuple[str, str], float] = {}
    for provider, capability, _, _, total in now.calls:
        cost[provider, capability] = cost.get((provider, capability), 0.0) + float(total)
    spent = [(*of, total) for of, total in cost.items()]
    yield _counter("genai_cost_dollars", "What calls have cost, in US dollars.", names, spent)
    today = [(client, "spent", cost) for client, cost, _ in now.spent_today]
    today += [(client, "reserved", reserved) for client, _, reserved in now.spent_today]
    yield _gauge("genai_client_day_dollars", "Cost since midnight UTC.", ("client", "kind"), today)
    yield _counter(
        "genai_fidelity_checks",
        "Verdicts by the number of the attempt.",
        ("verdict", "attempt"),
        now.verdicts,
    )


def _of_callbacks(now: Figures) -> Iterator[Metric]:
    yield _gauge("genai_outbox_events", "Events by what became of them.", ("type", "state"), now.events)
    waiting = [(client, count) for client, count, _ in now.lag]
    yield _gauge("genai_outbox_pending", "Events that wait to be sent.", ("client",), waiting)
    lag = [(client, seconds) for client, _, seconds in now.lag]
    yield _gauge("genai_outbox_lag_seconds", "How long the oldest due event waits.", ("client",), lag)
    disabled = [(client, is_disabled) for client, is_disabled, _ in now.destinations]
    yield _gauge("genai_destination_disabled", "1 where it answered 410.", ("client",), disabled)
    is_open = [(client, opened) for client, _, opened in now.destinations]
    yield _gauge("genai_destination_open", "1 while its breaker is open.", ("client",), is_open)
    yield _histogram(
        "genai_callback_seconds", "Tries to send an event.", ("result",), now.deliveries, DELIVERY_BOUNDS
    )


def _gauge(name: str, what: str, labels: Sequence[str], rows: Rows) -> Metric:
    metric = GaugeMetricFamily(name, what, labels=labels)
    for row in rows:
        metric.add_metric([str(label) for label in row[:-1]], float(row[-1]))
    return metric


def _counter(name: str, what: str, labels: Sequence[str], rows: Rows) -> Metric:
    metric = CounterMetricFamily(name, what, labels=labels)
    for row in rows:
        metric.add_metric([str(label) for label in row[:-1]], float(row[-1]))
    return metric


def _histogram(
    name: str, what: str, labels: Sequence[str], of: Sequence[Histogram], bounds: Sequence[float]
) -> Metric:
    metric = HistogramMetricFamily(name, what, labels=labels)
    ends = [*map(floatToGoString, bounds), "+Inf"]
    for one in of:
        buckets = list(zip(ends, map(float, accumulate(one.counts)), strict=True))
        metric.add_metric(list(one.labels), buckets, one.total)
    return metric
