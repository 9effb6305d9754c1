"""Calls of providers, each with a directory of its own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.base import Call

MakeCall = Callable[..., Call]


@pytest.fixture
def make_call(tmp_path: Path) -> MakeCall:
    numbers = count(1)

    def make(**options: Any) -> Call:
        workdir = tmp_path / f"call-{next(numbers)}"
        workdir.mkdir()
        return Call("k1", workdir, **options)

    return make
