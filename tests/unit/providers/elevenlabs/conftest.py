"""ElevenLabs on loopback, and its adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.base import Call
from genai.providers.elevenlabs.provider import ElevenLabsProvider
from genai.vendors import Model, Vendor, load_vendors
from tests.harness.elevenlabs import answering
from tests.harness.specs import SpecServer

KEY = "sk-eleven-never-to-be-seen"


def vendor(url: str, **options: Any) -> Vendor:
    """The shipped entry at ``url``; ``options`` over those of speech."""
    shipped = load_vendors("", "GENAI_VENDORS_FILE", {"ELEVENLABS": KEY}, {"ELEVENLABS": url})["elevenlabs"]
    speech = shipped.models["audio"]
    changed = Model(speech.name, speech.prices, speech.inputs, {**speech.options, **options})
    return replace(shipped, models={**shipped.models, "audio": changed})


@pytest.fixture
def eleven(spec_server: Callable[..., SpecServer]) -> SpecServer:
    """Checks what it is asked and what it answers against the vendor's document."""
    server = spec_server("elevenlabs.json", key=KEY)
    answering(server)
    return server


@pytest.fixture
def plain() -> Iterator[SpecServer]:
    """The same without a document: for our own golden requests, and for what no document allows."""
    with SpecServer(None, key=KEY) as server:
        yield server


@pytest.fixture
def call(tmp_path: Path) -> Call:
    workdir = tmp_path / "call"
    workdir.mkdir()
    return Call("k1", workdir, seed=7)


def provider(server: SpecServer, **options: Any) -> ElevenLabsProvider:
    return ElevenLabsProvider.for_vendor(vendor(server.url, **options))
