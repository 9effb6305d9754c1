"""A whole service on instant providers: submits jobs, runs real workers, reads what came of it."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text

from genai import bootstrap, runtime
from genai.contracts import load_request
from genai.domain.enums import Capability
from genai.maintenance.admission import admit_jobs
from genai.media.files import inspect_upload
from genai.router import modes, pipelines
from genai.runtime import Runtime
from genai.stages import registry
from genai.store.assets import register_asset
from genai.submission import submit
from tests.harness import PATIENCE
from tests.harness.receiver import Received, Receiver
from tests.harness.vendor import Vendor

PLUGIN = Path(__file__).parents[1] / "plugin"


@dataclass
class Service:
    """The service of one test, in this process (submitting, reading) and in real workers."""

    runtime: Runtime
    control: Path
    receiver: Receiver

    def upload(self, path: Path, client: str = "acme") -> str:
        """Store a file as the API would; its asset id."""
        found = inspect_upload(path, pointer="", images_up_to=1 << 24, media_up_to=1 << 24)
        self.runtime.assets.put(path, found.media_type)
        with self.runtime.database.transaction() as connection:
            register_asset(connection, client, found)
        return found.sha256

    def submit(self, document: dict[str, Any], client: str = "acme", *, admit: bool = True) -> str:
        """Accept a request document; its job's id."""
        request = load_request(document, modes())
        job_id = submit(self.runtime.database, client, request).job_id
        if admit:
            admit_jobs(self.runtime)
        return job_id

    def ended(self, job_id: str, *, within: float = PATIENCE) -> Any:
        """The job's row, once its terminal event has reached the receiver."""
        ends = {"job.completed", "job.failed", "job.cancelled"}

        def has_ended(got: list[Received]) -> bool:
            return any(r.json["data"]["job_id"] == job_id and r.json["type"] in ends for r in got)

        self.receiver.wait_for(has_ended, within=within)
        return self.job(job_id)

    def until(self, condition: Callable[[], object], *, within: float = PATIENCE) -> None:
        """Return once the condition, read from the database, holds. AssertionError in the end."""
        deadline = time.monotonic() + within
        while not condition():
            assert time.monotonic() < deadline, f"not within {within:g} s"
            time.sleep(0.05)

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.runtime.database.transaction() as connection:
            return list(connection.execute(text(query), values))

    def execute(self, statement: str, **values: Any) -> None:
        with self.runtime.database.transaction() as connection:
            connection.execute(text(statement), values)

    def job(self, job_id: str) -> Any:
        return self.rows("SELECT * FROM jobs WHERE id = :id", id=job_id)[0]

    def steps(self, job_id: str) -> dict[str, Any]:
        rows = self.rows("SELECT * FROM steps WHERE job_id = :id ORDER BY position", id=job_id)
        return {row.key: row for row in rows}

    def events(self, job_id: str) -> list[Any]:
        return self.rows("SELECT * FROM outbox WHERE job_id = :id ORDER BY number", id=job_id)

    def calls(self) -> list[dict[str, Any]]:
        """What the instant provider was asked, in order."""
        path = self.control / "calls.jsonl"
        whole, _, _ = path.read_text().rpartition("\n") if path.exists() else ("", "", "")
        return [json.loads(line) for line in whole.splitlines()]


@pytest.fixture
def instant(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Selects the instant provider for every capability; its control directory."""
    control = tmp_path / "instant"
    control.mkdir()
    variables = {
        "INSTANT_DIR": str(control),
        "PYTHONPATH": str(PLUGIN),
        **{f"GENAI_{capability.value.upper()}": "instant" for capability in Capability},
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
        environment[name] = value
    monkeypatch.syspath_prepend(str(PLUGIN))
    _forget_entry_points()
    yield control
    _forget_entry_points()
    for name in [name for name in sys.modules if name.startswith(("genai_instant", "genai_vendor"))]:
        del sys.modules[name]


def _forget_entry_points() -> None:
    pipelines.cache_clear()
    registry._stages.cache_clear()


@pytest.fixture
def vendor(
    instant: Path, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Vendor]:
    """Selects the vendor's provider for every capability; the vendor, which answers at once until it is
    told to behave otherwise."""
    with Vendor(tmp_path) as running:
        variables = {
            **running.environment(),
            **{f"GENAI_{capability.value.upper()}": "vendor" for capability in Capability},
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
            environment[name] = value
        yield running


@pytest.fixture
def image_vendor(
    instant: Path, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Vendor]:
    """A vendor that is preferred for images; the instant provider comes after it and does all the rest."""
    directory = tmp_path / "vendor"
    directory.mkdir()
    with Vendor(directory) as running:
        for name, value in {**running.environment(), "GENAI_IMAGE": "vendor, instant"}.items():
            environment[name] = value
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def service(instant: Path, receiver: Receiver, request: pytest.FixtureRequest) -> Iterator[Service]:
    from genai.settings import settings

    if "vendor" in request.fixturenames:  # what it selects is read below
        request.getfixturevalue("vendor")
    settings.cache_clear()
    built = bootstrap.start()
    yield Service(built, instant, receiver)
    for thread in threading.enumerate():
        if thread.name == "admission":  # of an API in this process: it works on this database
            thread.join(30)
    built.database.close()
    runtime._current = None


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "photograph.png"
    Image.radial_gradient("L").resize((400, 300)).convert("RGB").save(path)
    return path


@pytest.fixture
def request_document(service: Service, photograph: Path) -> Callable[..., dict[str, Any]]:
    """Makes request documents: ``request_document("image_bundle", key="k1", scenes=2, prompt=...)``."""
    asset_id = service.upload(photograph)

    def make(mode: str | None = "image_bundle", *, key: str = "k1", **settings: Any) -> dict[str, Any]:
        prompt = settings.pop("prompt", "a plain campaign")
        product = {"product_id": "prod_1", "name": "Teapot", "images": [{"asset_id": asset_id}]}
        document: dict[str, Any] = {
            "contract": 2,
            "job_type": "marketing_output" if mode else "marketing_creation",
            "idempotency_key": key,
            "product": product,
            "prompt": prompt,
            "settings": settings,
        }
        if mode:
            document["mode"] = mode
        return document

    return make
