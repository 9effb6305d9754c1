"""The two vendors of hosted models, and calls to them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.base import Call, Ticket
from tests.harness.hosted import KEY, LIP_SYNC, Site
from tests.harness.specs import SpecServer


@pytest.fixture(params=["replicate", "fal"])
def site(request: pytest.FixtureRequest, spec_server: Callable[..., SpecServer]) -> Site:
    name: str = request.param
    server = spec_server("replicate.json" if name == "replicate" else None, key=KEY)
    made = Site(name, server, LIP_SYNC[name])
    made.listen()
    return made


@pytest.fixture
def make_call(tmp_path: Path) -> Callable[..., Call]:
    numbers = count(1)

    def make(**options: Any) -> Call:
        workdir = tmp_path / f"call-{next(numbers)}"
        workdir.mkdir()
        return Call("k1", workdir, **options)

    return make


def ticket_of(answer: Any) -> str:
    assert isinstance(answer, Ticket)
    return answer.id
