"""A product's identity by OpenAI: pictures, metadata, judgements and concepts, and cut-outs by another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.harness.openai import EDIT, RESPOND, answering, error, picture
from tests.harness.service import Service
from tests.harness.specs import SpecServer
from tests.harness.specs.document import FOLDER

KEY = "sk-openai-of-a-job"


@pytest.fixture
def openai(
    instant: Path,
    environment: dict[str, str],
    spec_server: Callable[..., SpecServer],
    monkeypatch: pytest.MonkeyPatch,
) -> SpecServer:
    """Selects OpenAI where it serves; it checks what it is asked where its document is there."""
    document = "openai.yaml" if (FOLDER / "openai.yaml").is_file() else None
    server = spec_server(document, key=KEY, base="/v1")
    answering(server)
    variables = {"GENAI_OPENAI_URL": server.url, "GENAI_OPENAI_KEY": KEY}
    for capability in ("IMAGE", "METADATA", "FIDELITY", "STORYBOARD"):
        variables[f"GENAI_{capability}"] = "openai,instant"
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
        environment[name] = value
    return server


def test_a_product_s_identity(
    openai: SpecServer, service: Service, worker: Any, request_document: Callable[..., dict[str, Any]]
) -> None:
    slow_down = error("rate_limit_exceeded", "slow down", "requests")
    openai.answer(EDIT, 429, slow_down, {"Retry-After": "1"}).then(
        200, lambda call: picture(call.body["size"])
    )
    job_id = service.submit(request_document(None))
    worker()
    job = service.ended(job_id)
    assert (job.state, job.error) == ("completed", None)

    attempts = service.rows(
        "SELECT a.*, s.stage FROM attempts a JOIN steps s ON s.id = a.step_id WHERE s.job_id = :id", id=job_id
    )
    made = {(row.stage, row.capability, row.number): row.provider for row in attempts}
    assert made == {
        ("neutral_image", "image", 1): "openai",
        ("neutral_image", "image", 2): "instant",  # the cut-outs
        ("neutral_fidelity", "fidelity", 1): "openai",
        ("metadata", "metadata", 1): "openai",
        ("character_sheet", "image", 1): "openai",
        ("sheet_fidelity", "fidelity", 1): "openai",
        ("storyboard_seeds", "storyboard", 1): "openai",
    }
    assert {row.state for row in attempts} == {"succeeded"}
    asked = {row.idempotency_key for row in attempts if row.provider == "openai"}
    assert {call.headers["x-client-request-id"] for call in openai.calls} == asked
    assert [len(openai.asked(each)) for each in (EDIT, RESPOND)] == [3, 4]
    spent = sum(float(row.cost) for row in attempts)
    assert float(job.output["cost"]["total"]) == pytest.approx(spent)
    assert spent > 0.2
