"""fal's queue on loopback, as its official client speaks with it; the vendor publishes no document of it.

Paths, states and fields are those that ``fal_client`` 1.0.3 sends and reads (``submit``, ``status``,
``result``, ``cancel``), errors those of https://fal.ai/docs/documentation/model-apis/errors.md. A submission
goes to the endpoint's whole id; what is asked later goes to its first two parts::

    POST /fal-ai/kling-video/v2/pro   ->  {"request_id", "response_url", "status_url", "cancel_url"}
    GET  /fal-ai/kling-video/requests/r1/status?logs=False
    GET  /fal-ai/kling-video/requests/r1
    PUT  /fal-ai/kling-video/requests/r1/cancel
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from tests.harness.specs import Answer, Call, SpecServer


class FalQueue:
    """Requests are ``r1``, ``r2`` ... in the order they come; they wait until the test says otherwise.
    ``accepted`` is told each one's number and model."""

    def __init__(self, server: SpecServer, *models: str) -> None:
        self.server = server
        self._numbers = count(1)
        self._models = {model: "/".join(model.split("/")[:2]) for model in models}
        self._apps: dict[str, str] = {}
        self.accepted: Callable[[int, str], None] | None = None
        for model in models:
            server.answer(f"POST /{model}", 200, partial(self._accepted, model))

    def state(self, request: str, status: str, **more: Any) -> None:
        """IN_QUEUE, IN_PROGRESS or COMPLETED, with what else the state says."""
        place = {"queue_position": 0} if status == "IN_QUEUE" else {"logs": None}
        code = 200 if status == "COMPLETED" else 202
        self.server.answer(f"GET {self.path(request)}/status", code, {"status": status, **place, **more})

    def done(self, request: str, output: Any, status: int = 200, **state: Any) -> None:
        """It has ended: with the output, or with the error that the result is answered with."""
        self.state(request, "COMPLETED", metrics={"inference_time": 1.5}, **state)
        self.server.answer(f"GET {self.path(request)}", status, output)
        self.server.answer(f"PUT {self.path(request)}/cancel", 400, {"status": "ALREADY_COMPLETED"})

    def path(self, request: str) -> str:
        """Where it is asked about."""
        return f"/{self._apps[request]}/requests/{request}"

    def submissions(self) -> list[Call]:
        return [call for call in self.server.calls if call.method == "POST"]

    def _accepted(self, model: str, _: Call) -> Answer:
        number = next(self._numbers)
        request = f"r{number}"
        self._apps[request] = self._models[model]
        self.state(request, "IN_QUEUE")
        self.server.answer(f"PUT {self.path(request)}/cancel", 202, {"status": "CANCELLATION_REQUESTED"})
        if self.accepted:
            self.accepted(number, model)
        address = f"https://queue.fal.run{self.path(request)}"
        urls = {"response_url": address, "status_url": f"{address}/status", "cancel_url": f"{address}/cancel"}
        return Answer(200, {"request_id": request, "status": "IN_QUEUE", **urls})
