"""Money: what is set aside, what is recorded, what is told of it, and that estimates come near."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from genai.cli import main
from tests.harness.vendor import Fault, Kind, Latency, On, Vendor

# Whatever is set aside and spent at any moment, as each change of an attempt leaves it.
_WATCH = """
    CREATE TABLE seen (money numeric);
    CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO seen SELECT sum(cost + reserved) FROM attempts; RETURN NULL; END $$;
    CREATE TRIGGER watch AFTER UPDATE OF cost, reserved ON attempts EXECUTE FUNCTION see();
"""


@pytest.fixture
def other(tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    """Another vendor, which makes pictures where the first one fails."""
    directory = tmp_path / "other"
    directory.mkdir()
    with Vendor(directory) as running:
        variables = {"OTHER_URL": running.url, "OTHER_KEY": running.key, "GENAI_IMAGE": "vendor,other"}
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
            environment[name] = value
        yield running


@pytest.fixture
def service(vendor, other, service):
    return service


def test_a_budget_holds_under_parallel_steps_and_fallback(service, vendor, other, worker, request_document):
    """Two identity pictures, then four scenes at once: the first vendor fails some of them before it has
    charged and one after it, and prices of both vendors are set aside."""
    service.execute(_WATCH)
    vendor.behave(
        latency={"image": Latency(0.5)},
        faults=(
            Fault(On.WORK, Kind.FAILED, "image"),
            Fault(On.WORK, Kind.EXPIRED, "image"),
            Fault(On.WORK, Kind.FAILED, "image"),
        ),
    )
    budget = 1.60
    job_id = service.submit(request_document("image_bundle", scenes=4, budget=budget))
    worker(concurrency=4, env={"VENDOR_PRICES": '{"fidelity": 0}', "VENDOR_BREAKER": "99"})
    job = service.ended(job_id)
    assert (job.state, job.error["code"]) == ("failed", "budget")

    most = service.rows("SELECT max(money) AS most FROM seen")[0].most
    assert 0.25 < float(most) <= budget
    rows = service.rows("SELECT * FROM attempts WHERE capability = 'image'")
    assert {row.provider for row in rows if row.state == "succeeded"} == {"vendor", "other"}
    assert {row.reserved for row in rows} == {0}
    charged = set(vendor.log.paid()) | set(other.log.paid())
    pictures = len(charged & {row.idempotency_key for row in rows})
    assert sum(float(row.cost) for row in rows) == pytest.approx(0.25 * pictures)
    assert 0.25 * pictures <= budget
    # What was lost after it was charged for is among it.
    lost = [row for row in rows if row.state == "failed" and row.cost]
    assert [row.error["code"] for row in lost] == ["result_expired"]


def test_an_estimate_comes_within_ten_percent_of_what_is_recorded(
    service, vendor, worker, api, request_document, tokens
):
    url, ask = api().url, {"Authorization": f"Bearer {tokens['acme']}"}

    def wanted(product: str):
        document = request_document("image_bundle", key=product, scenes=3)
        document["product"] |= {"product_id": product, "name": product}
        return document

    # Two of a kind, one of which drifts once: the average is neither of them.
    vendor.behave(faults=(Fault(On.WORK, Kind.DRIFT, "fidelity"),))
    jobs = [service.submit(wanted(name)) for name in ("kettle", "teapot")]
    worker()
    recorded = [service.ended(job_id).output["cost"]["total"] for job_id in jobs]
    assert recorded[0] != recorded[1]

    estimated = requests.post(f"{url}/v1/estimates", json=wanted("bowl"), headers=ask, timeout=180).json()
    job = service.ended(service.submit(wanted("bowl")))
    total = job.output["cost"]["total"]
    assert estimated["without_record"] == [] and estimated["cost"]["total"] > 0
    assert estimated["cost"]["total"] == pytest.approx(total, rel=0.10)

    # What is recorded is told: by day, and the same in sum.
    told = requests.get(f"{url}/v1/costs", headers=ask, timeout=180).json()
    spent = sum(recorded) + total
    assert (told["spent"], told["reserved"], told["currency"]) == (pytest.approx(spent), 0, "USD")
    assert {(cost["mode"], cost["capability"], cost["provider"]) for cost in told["costs"]} == {
        ("image_bundle", "image", "vendor"),
        ("image_bundle", "fidelity", "vendor"),
    }
    # In one sum: midnight may have come between.
    assert sum(cost["calls"] for cost in told["costs"] if cost["capability"] == "image") == 16
    others = requests.get(
        f"{url}/v1/costs", headers={"Authorization": f"Bearer {tokens['globex']}"}, timeout=180
    )
    assert others.json()["costs"] == []

    # Of a day, and of the days before it.
    service.execute("UPDATE attempts SET created_at = '2024-03-01T23:59:59Z' WHERE capability = 'image'")
    march = {"since": "2024-03-01T00:00:00Z", "until": "2024-03-02T00:00:00Z"}
    (day,) = requests.get(f"{url}/v1/costs", params=march, headers=ask, timeout=180).json()["costs"]
    assert (day["day"], day["capability"], day["spent"]) == ("2024-03-01", "image", 4.0)
    before = {"until": march["since"]}
    assert requests.get(f"{url}/v1/costs", params=before, headers=ask, timeout=180).json()["costs"] == []

    environment = {"GENAI_URL": url, "GENAI_TOKEN": tokens["acme"]}
    shown = CliRunner().invoke(main, ["costs", "--since", march["since"]], env=environment)
    first, last = shown.output.splitlines()[-2], shown.output.splitlines()[-1]
    assert first.split() == ["2024-03-01", "image_bundle", "image", "vendor", "16", "calls", "4.00", "USD"]
    assert last == f"{told['spent']:.2f} USD"
    as_json = CliRunner().invoke(main, ["costs", "--json"], env=environment)
    assert {cost["capability"] for cost in json.loads(as_json.output)["costs"]} == {"fidelity"}
    assert CliRunner().invoke(main, ["costs", "--since", "soon"], env=environment).exit_code == 4
