"""A real OTLP collector on loopback: keeps the spans that are sent to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.harness import PATIENCE


@dataclass(frozen=True)
class Span:
    """``trace``, ``id`` and ``parent`` in hex; ``parent`` is empty for the first of a trace."""

    process: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, str]


class Collector:
    """``url`` is what ``GENAI_TRACES_URL`` wants."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._changed = threading.Condition()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.keep(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Spans are kept."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1/traces"

    def keep(self, body: bytes) -> None:
        """Called for each export."""
        request = ExportTraceServiceRequest.FromString(body)
        with self._changed:
            for resource in request.resource_spans:
                process = {each.key: each.value.string_value for each in resource.resource.attributes}
                self._spans += [
                    Span(
                        process=process["genai.process"],
                        name=span.name,
                        trace=span.trace_id.hex(),
                        id=span.span_id.hex(),
                        parent=span.parent_span_id.hex(),
                        attributes={each.key: each.value.string_value for each in span.attributes},
                    )
                    for scope in resource.scope_spans
                    for span in scope.spans
                ]
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[list[Span]], object], *, within: float = PATIENCE) -> list[Span]:
        """The spans, once ``condition`` holds for them. AssertionError in the end."""
        with self._changed:
            came = self._changed.wait_for(lambda: condition(self._spans), within)
            assert came, f"after {within:g} s only: {[span.name for span in self._spans]}"
            return list(self._spans)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
