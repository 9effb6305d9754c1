"""Servers that stand for the vendors of our adapters: they answer well, or fail when they are told to.

They check nothing against the vendors' documents, so that this suite always runs; the adapters' own tests do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.harness import elevenlabs, hosted, openai, runway
from tests.harness.specs import SpecServer


@dataclass(frozen=True)
class StandIn:
    """``base`` is the path of the vendor's address; ``answering`` has a server answer everything well;
    ``errors`` are a status and a document for each way to fail, given at all ``endpoints``."""

    base: str
    answering: Callable[[SpecServer], None]
    endpoints: Sequence[str]
    errors: Mapping[str, tuple[int, dict[str, Any]]]

    def serve(self) -> SpecServer:
        server = SpecServer(None, base=self.base)
        self.answering(server)
        return server

    def fail(self, server: SpecServer, how: str) -> None:
        for endpoint in self.endpoints:
            server.answer(endpoint, *self.errors[how])


_DETAIL = {"retryable": (503, {"detail": "try again"}), "permanent": (400, {"detail": "this cannot be"})}

STAND_INS = {
    "openai": StandIn(
        "/v1",
        openai.answering,
        (openai.EDIT, openai.GENERATE, openai.RESPOND, openai.SPEAK, openai.LISTEN),
        {
            "retryable": (500, openai.error(None, "something is wrong with us", "server_error")),
            "permanent": (400, openai.error("invalid_value", "this cannot be")),
        },
    ),
    "elevenlabs": StandIn(
        "",
        elevenlabs.answering,
        (elevenlabs.SPEAK, elevenlabs.ALIGN, elevenlabs.COMPOSE),
        {
            "retryable": (503, elevenlabs.error("internal", "something is wrong with us")),
            "permanent": (400, elevenlabs.error("invalid_parameters", "this cannot be")),
        },
    ),
    "runway": StandIn(
        "",
        runway.answering,
        (runway.CREATE,),
        {"retryable": (503, {"error": "shedding load"}), "permanent": (400, {"error": "this cannot be"})},
    ),
    "replicate": StandIn("", partial(hosted.answering, "replicate"), ("POST /v1/predictions",), _DETAIL),
    "fal": StandIn(
        "", partial(hosted.answering, "fal"), [f"POST /{model}" for model in hosted.FAL_MODELS], _DETAIL
    ),
}
