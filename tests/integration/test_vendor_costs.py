"""What vendors charge for answers that cannot be used: on the attempts' rows, in all sums, in budgets. And
models whose price nobody has set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from genai.cli import main
from genai.store.costs import costs_by_day
from tests.harness import openai, runway
from tests.harness.specs import SpecServer

KEY = "a-key-of-a-vendor-never-to-be-seen"
ONCE = 100_000 * 0.1e-6 + 10_000 * 0.5e-6  # of one answer to the task of metadata
WRONG = openai.response("no JSON", read=100_000, made=10_000)


@pytest.fixture
def sell(
    instant: Any,
    environment: dict[str, str],
    spec_server: Callable[..., SpecServer],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
) -> Callable[..., SpecServer]:
    """Has a vendor serve one capability, from a server behind its document; ``entry`` is TOML beneath it."""

    def sell(name: str, capability: str, document: str, entry: str = "") -> SpecServer:
        server = spec_server(document, key=KEY)
        file = tmp_path / "vendors.toml"
        file.write_text(f'[{name}]\nresult_hosts = ["{server.host}"]\n{entry}')
        variables = {
            "GENAI_VENDORS_FILE": str(file),
            f"GENAI_{name.upper()}_KEY": KEY,
            f"GENAI_{name.upper()}_URL": server.url,
            f"GENAI_{capability.upper()}": name,
        }
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
            environment[variable] = value
        return server

    return sell


@pytest.fixture
def metadata(sell: Callable[..., SpecServer]) -> SpecServer:
    server = sell("openai", "metadata", "openai.yaml")
    openai.answering(server)
    return server


def attempts(service: Any, capability: str) -> list[Any]:
    return list(service.rows("SELECT * FROM attempts WHERE capability = :c ORDER BY id", c=capability))


def test_answers_that_cannot_be_used_are_in_every_sum(metadata, service, worker, request_document):
    """The first call has two of them, the second has a good one."""
    good = metadata.said(openai.RESPOND)
    metadata.answer(openai.RESPOND, 200, WRONG).then(200, WRONG).then(200, good)
    job_id = service.submit(request_document(None))
    worker()
    job = service.ended(job_id)
    (row,) = attempts(service, "metadata")
    assert (job.state, row.state, row.errors, row.reserved) == ("completed", "succeeded", 1, 0)
    usual = 1000 * 0.1e-6 + 500 * 0.5e-6
    assert float(row.cost) == pytest.approx(2 * ONCE + usual, abs=1e-6)
    spent = service.rows("SELECT sum(cost) AS spent FROM attempts")[0].spent
    assert job.output["cost"]["total"] == pytest.approx(float(spent))
    with service.runtime.database.transaction() as connection:
        days = costs_by_day(connection, "acme", since=None, until=None)
    assert [(day["calls"], day["spent"]) for day in days if day["provider"] == "openai"] == [
        (1, float(row.cost))
    ]


def test_a_budget_counts_them(metadata, service, worker, request_document):
    """Beside the picture and its check it holds one call at the most that this may cost; not another one
    after it was paid for in vain."""
    metadata.answer(openai.RESPOND, 200, WRONG)
    job_id = service.submit(request_document(None, budget=0.26 + 0.04))
    worker()
    job = service.ended(job_id)
    assert (job.state, job.error["code"], job.error["stage"]) == ("failed", "budget", "metadata")
    assert job.error["details"]["spent"] == pytest.approx(0.26 + 2 * ONCE)
    (row,) = attempts(service, "metadata")
    assert (float(row.cost), row.reserved) == (pytest.approx(2 * ONCE), 0)
    assert len(metadata.asked(openai.RESPOND)) == 2


def test_a_task_that_failed_costs_what_the_vendor_says(sell, service, worker, request_document):
    server = sell("runway", "video", "runway.json")
    runway.answering(server)
    moderated = {"failure": "no", "failureCode": "SAFETY.OUTPUT.VIDEO", "cost": {"credits": 24}}
    server.answer(runway.TASK, 200, lambda call: runway.task("FAILED", call.parameters["id"], **moderated))
    job_id = service.submit(request_document("fast_video", scenes=2, duration=3.0, music="none"))
    worker(concurrency=1)
    job = service.ended(job_id)
    assert (job.state, job.error["code"]) == ("failed", "rejected")
    failed = [row for row in attempts(service, "video") if row.state == "failed"]
    assert {(float(row.cost), row.reserved) for row in failed} == {(0.24, 0)}


def test_what_has_no_price_is_named_and_no_budget_pays_for_it(
    sell, service, worker, api, request_document, tokens
):
    server = sell("openai", "metadata", "openai.yaml", "[openai.use.metadata]\nprices = {}\n")
    openai.answering(server)
    place = "GENAI_VENDORS_FILE: openai.use.metadata.prices: no price is set"
    with_budget = service.submit(request_document(None, budget=5.0))
    started = worker()
    job = service.ended(with_budget)
    assert (job.state, job.error["code"], job.error["stage"]) == ("failed", "configuration", "metadata")
    assert place in job.error["message"]
    assert server.calls == [] and attempts(service, "metadata") == []
    assert place in started.log.read_text()

    assert service.ended(service.submit(request_document(None, key="k2"))).state == "completed"
    (row,) = attempts(service, "metadata")
    assert (row.state, row.cost) == ("succeeded", 0)
    url = api().url
    told = requests.get(
        f"{url}/v1/costs", headers={"Authorization": f"Bearer {tokens['acme']}"}, timeout=30
    ).json()
    assert told["unpriced"] == [{"capability": "metadata", "provider": "openai", "calls": 1}]
    assert {cost["capability"] for cost in told["costs"]} == {"image", "fidelity"}
    shown = CliRunner().invoke(main, ["costs"], env={"GENAI_URL": url, "GENAI_TOKEN": tokens["acme"]})
    assert "1 calls of openai (metadata) count as free: no price is set" in shown.output
