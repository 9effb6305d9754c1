"""The two vendors of hosted models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from genai.capabilities.base import Ticket
from tests.harness.hosted import KEY, LIP_SYNC, Site
from tests.harness.specs import SpecServer


@pytest.fixture(params=["replicate", "fal"])
def site(request: pytest.FixtureRequest, spec_server: Callable[..., SpecServer]) -> Site:
    name: str = request.param
    server = spec_server("replicate.json" if name == "replicate" else None, key=KEY)
    made = Site(name, server, LIP_SYNC[name])
    made.listen()
    return made


def ticket_of(answer: Any) -> str:
    assert isinstance(answer, Ticket)
    return answer.id


def without_files(value: Any) -> Any:
    """A request's body, of files only their type and how many bytes of base64."""
    if isinstance(value, dict):
        return {key: without_files(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_files(inner) for inner in value]
    return f"{value.partition(',')[0]},..." if str(value).startswith("data:") else value
