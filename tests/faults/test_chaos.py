"""Many jobs of all modes under faults drawn from a seed; afterwards everything has ended and all invariants
hold. ``make chaos SEED=... MINUTES=...`` is the long version."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from genai.celery import app
from genai.domain.enums import Capability
from genai.embedded.process import Process, free_port
from genai.embedded.services import Api, Worker, beat
from tests.harness import invariants
from tests.harness.chaos import Chaos, Parts
from tests.harness.chaos.parts import Role

_SEED = int(os.environ.get("GENAI_TEST_SEED", "4"))
_SECONDS = 60 * float(os.environ.get("GENAI_TEST_MINUTES", "0.3"))
_PATIENCE = 180  # seconds without any change, once everything is mended

_SCRIPT = "Look at this teapot. Take it home."
_SHAPES: tuple[tuple[str | None, dict[str, Any]], ...] = (
    ("image_bundle", {"scenes": 1}),
    ("image_bundle", {"scenes": 3}),
    ("image_bundle", {"scenes": 2, "priority": 5}),
    (None, {}),
    ("fast_video", {"scenes": 3, "duration": 3.2}),
    ("script_video", {"script": _SCRIPT}),
    ("ugc", {"script": _SCRIPT}),
)
_ENVIRONMENT = {
    "GENAI_IDLE_AGE": "3",
    "GENAI_LEASE": "5",
    "GENAI_CALLBACK_TIMEOUT": "1",
    "GENAI_CALLBACK_SCHEDULE": ",".join(["0.2"] + ["1"] * 500),
    "GENAI_BREAKER_LONGEST": "2",
    "GENAI_MAX_LOSSES": "20",
    "GENAI_MAX_FAILURES": "6",
    "GENAI_MAX_RUNNING_PER_CLIENT": "200",
    "GENAI_MAX_RUNNING": "200",
    "VENDOR_READ": "1",
    "VENDOR_BREAKER": "50",
    "VENDOR_CONCURRENCY": "20",
}
_OF_THE_VENDOR = {Capability.IMAGE, Capability.VIDEO, Capability.AUDIO, Capability.LIP_SYNC}


@pytest.fixture
def vendor(vendor, environment, monkeypatch):
    """It sells what has a file and takes its time; the instant provider does the rest."""
    for capability in _OF_THE_VENDOR:
        environment[f"GENAI_{capability.value.upper()}"] = "vendor"
        monkeypatch.setenv(f"GENAI_{capability.value.upper()}", "vendor")
    return vendor


@pytest.fixture
def starting(environment, tmp_path, processes) -> Callable[..., Callable[[], Process]]:
    """Makes what starts one more process of a kind, and waits for nothing."""

    def of(name: str, make: Callable[[Path, dict[str, str]], Process]) -> Callable[[], Process]:
        def start() -> Process:
            directory = tmp_path / f"{name}-{len(list(tmp_path.glob(f'{name}-*'))) + 1}"
            directory.mkdir()
            started = make(directory, {**os.environ, **environment})
            processes(started)
            return started

        return start

    return of


@pytest.fixture
def parts(
    service, vendor, own_postgres, own_redis, own_rabbitmq, environment, starting, request_document, tokens
) -> Parts:
    environment |= _ENVIRONMENT
    port = free_port()
    return Parts(
        service=service,
        vendor=vendor,
        postgres=own_postgres,
        redis=own_redis,
        rabbitmq=own_rabbitmq,
        workers=Role(starting("worker", lambda directory, env: Worker(directory, env, concurrency=2))),
        beats=Role(starting("beat", beat)),
        apis=Role(starting("api", lambda directory, env: Api(directory, env, port=port)), address=True),
        api_url=f"http://127.0.0.1:{port}",
        token=tokens["acme"],
        documents=[partial(_document, request_document, *shape) for shape in _SHAPES],
    )


def _document(
    make: Callable[..., dict[str, Any]], mode: str | None, settings: dict[str, Any], key: str
) -> dict[str, Any]:
    return make(mode, key=key, **settings)


@pytest.mark.timeout(600 + 3 * _SECONDS)
def test_nothing_is_lost_and_nothing_is_done_twice(parts, service, vendor, capsys):
    chaos = Chaos(parts, _SEED)
    try:
        chaos.run(_SECONDS)
        chaos.rest(_PATIENCE)
        invariants.check(service, vendor.log)
    except BaseException:
        with capsys.disabled():
            print(f"\nto replay: make chaos SEED={_SEED} MINUTES={_SECONDS / 60:g}")
        raise
    finally:
        app.pool.force_close_all()
        with capsys.disabled():
            print(f"\nchaos with seed {_SEED} for {_SECONDS:g} s\n{chaos.report()}")
