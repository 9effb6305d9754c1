"""Traces (OpenTelemetry): from a request through the steps of its job to its callbacks.

Off unless :func:`configure` is called, and then nothing here does anything. A job keeps the traceparent
of its request in its row: canvases are lost and sent again by others, and the row is where whoever goes
on with a job finds what it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_OFF = nullcontext()
_provider: TracerProvider | None = None


def configure(url: str, process: str) -> None:
    """Send spans to the OTLP collector at ``url``; ``process`` names this one (api, worker). Called once a
    process, after any fork. Needs the extra ``traces``."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    global _provider  # noqa: PLW0603 - one per process is what it is
    provider = TracerProvider(resource=Resource.create({"service.name": "genai", "genai.process": process}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
    _provider = provider


def is_on() -> bool:
    return _provider is not None


def shutdown() -> None:
    """Send what has not been sent, and be off again."""
    global _provider  # noqa: PLW0603 - likewise
    if _provider is not None:
        _provider.shutdown()
        _provider = None


def span(
    name: str, *, parent: str | None = None, **attributes: str | int | None
) -> AbstractContextManager[None]:
    """The block is a span, below ``parent`` (a traceparent) or else below the span around it."""
    return _OFF if _provider is None else _span(_provider, name, parent, attributes)


@contextmanager
def _span(
    provider: TracerProvider, name: str, parent: str | None, attributes: Mapping[str, str | int | None]
) -> Iterator[None]:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    above = TraceContextTextMapPropagator().extract({"traceparent": parent}) if parent else None
    known = {key: value for key, value in attributes.items() if value is not None}
    tracer = provider.get_tracer("genai")
    with tracer.start_as_current_span(name, context=above, attributes=known):
        yield


def headers() -> Mapping[str, str]:
    """What hands the span around on to another service; empty where there is none."""
    if _provider is None:
        return {}
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier


def traceparent() -> str | None:
    """The span around as W3C Trace Context writes it; None where there is none."""
    return headers().get("traceparent")


def trace_id(parent: str) -> str:
    """The trace that a traceparent belongs to, 32 hex digits."""
    return parent.split("-")[1]
