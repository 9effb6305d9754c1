"""The vendor of the tests: it accepts once, keeps time, fails as it is told, and writes down what it did."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.harness.receiver import Receiver
from tests.harness.vendor import Fault, Kind, Latency, On, Vendor, VendorProcess

VIDEO = {
    "product": {"name": "Teapot"},
    "scene": {"number": 1, "purpose": "hero", "setting": "studio", "prompt": "a teapot"},
    "canvas": {"aspect": "1:1", "width": 64, "height": 64},
    "frames": 12,
}
SCRIPT = {"mode": "ugc", "product": {"name": "Teapot"}}


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[Vendor]:
    with Vendor(tmp_path) as running:
        yield running


def ask(vendor: Vendor | VendorProcess, path: str, document: Any = None, key: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {vendor.key}", "Idempotency-Key": key}
    method = "GET" if document is None else "POST"
    return requests.request(method, f"{vendor.url}{path}", json=document, headers=headers, timeout=30)


def submit(vendor: Vendor | VendorProcess, key: str, **changes: Any) -> requests.Response:
    document = {"capability": "video", "kind": "VideoRequest", "inputs": VIDEO, **changes}
    return ask(vendor, "/v1/generations", document, key)


def poll(vendor: Vendor | VendorProcess, ticket: str) -> dict[str, Any]:
    told: dict[str, Any] = ask(vendor, f"/v1/generations/{ticket}").json()
    return told


def test_a_generation_from_submission_to_result(vendor: Vendor) -> None:
    vendor.behave(latency={"*": Latency(math.inf)})
    ticket = submit(vendor, "k1").json()["id"]
    assert poll(vendor, ticket)["status"] == "queued"
    vendor.finish()
    told = poll(vendor, ticket)
    assert told["status"] == "succeeded"
    clip = told["result"]["clip"]
    answer = requests.get(clip["url"], timeout=30)
    assert answer.headers["content-type"] == clip["media_type"] == "video/mp4"
    assert answer.content[4:8] == b"ftyp"
    assert vendor.log.paid() == {"k1": 12}
    assert [line["op"] for line in vendor.log.lines()] == ["submit", "poll", "end", "poll", "result"]


def test_a_key_begins_one_generation(vendor: Vendor) -> None:
    ids: list[str] = []
    threads = [
        threading.Thread(target=lambda: ids.append(submit(vendor, "k1").json()["id"])) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 10 and len(set(ids)) == 1
    assert submit(vendor, "k1", inputs=VIDEO | {"frames": 13}).status_code == 422
    assert vendor.log.accepted() == {"k1": 1}
    vendor.behave(once=False)
    submit(vendor, "k1")
    assert vendor.log.accepted() == {"k1": 2}
    assert vendor.log.paid() == {"k1": 24}


def test_what_is_called_off_is_not_paid(vendor: Vendor) -> None:
    vendor.behave(latency={"video": Latency(math.inf)})
    ticket = submit(vendor, "k1").json()["id"]
    assert vendor.standing() == {"outstanding": 1, "most_outstanding": 1}
    assert ask(vendor, f"/v1/generations/{ticket}/cancel", {}).json()["status"] == "cancelled"
    assert poll(vendor, ticket)["status"] == "cancelled"
    assert vendor.log.paid() == {}
    assert vendor.standing() == {"outstanding": 0, "most_outstanding": 1}
    done = submit(vendor, "k2", capability="script", kind="ScriptRequest", inputs=SCRIPT).json()["id"]
    assert ask(vendor, f"/v1/generations/{done}/cancel", {}).json()["status"] == "succeeded"
    assert vendor.log.paid() == {"k2": 1}


def test_words_are_told_at_once(vendor: Vendor) -> None:
    told = submit(vendor, "k1", capability="script", kind="ScriptRequest", inputs=SCRIPT, wait=True).json()
    assert told["status"] == "succeeded"
    assert [segment["text"] for segment in told["result"]["segments"]][1] == "It is Teapot."


def test_a_hook_is_told_once_the_work_is_done(vendor: Vendor) -> None:
    with Receiver() as receiver:
        vendor.behave(latency={"*": Latency(0.05)}, faults=(Fault(On.HOOK, Kind.TWICE),))
        ids = [submit(vendor, key, hook=receiver.url).json()["id"] for key in ("k1", "k2")]
        got = receiver.wait_for(3)
    assert {request.json["id"] for request in got} == set(ids)
    assert {request.json["status"] for request in got} == {"succeeded"}


def test_who_has_no_key_is_told_what_it_sent(vendor: Vendor) -> None:
    wrong = {"Authorization": "Bearer sk-wrong"}
    answer = requests.post(f"{vendor.url}/v1/generations", json={}, headers=wrong, timeout=30)
    assert answer.status_code == 401
    assert "sk-wrong" in answer.text


def test_results_and_their_addresses_end(vendor: Vendor) -> None:
    vendor.behave(address=-1)
    ticket = submit(vendor, "k1").json()["id"]
    assert requests.get(poll(vendor, ticket)["result"]["clip"]["url"], timeout=30).status_code == 410
    vendor.behave(kept=-1)
    assert poll(vendor, ticket)["status"] == "expired"


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [
        (Kind.RATE_LIMITED, False),
        (Kind.UNAVAILABLE, False),
        (Kind.REJECTED, False),
        (Kind.RESET, False),
        (Kind.LOST, True),
        (Kind.TRUNCATED, True),
        (Kind.GARBAGE, True),
        (Kind.WRONG_TYPE, True),
    ],
)
def test_faults_of_a_submission(vendor: Vendor, kind: Kind, accepted: bool) -> None:
    vendor.fault(On.SUBMIT, kind, capability="video", retry_after="3")
    status: int | None = None
    try:
        answer = submit(vendor, "k1")
        status = answer.status_code
        answer.json()
    except requests.RequestException:
        assert kind not in (Kind.RATE_LIMITED, Kind.UNAVAILABLE, Kind.REJECTED)
    assert status == {
        Kind.RATE_LIMITED: 429,
        Kind.UNAVAILABLE: 500,
        Kind.REJECTED: 400,
        Kind.GARBAGE: 200,
        Kind.WRONG_TYPE: 200,
    }.get(kind)
    assert vendor.log.accepted() == ({"k1": 1} if accepted else {})
    assert vendor.log.lines("submit")[0]["fault"] == kind
    assert submit(vendor, "k1").json()["id"]
    assert vendor.log.accepted() == {"k1": 1}


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.FAILED, "failed"),
        (Kind.REJECTED, "rejected"),
        (Kind.EXPIRED, "expired"),
        (Kind.STUCK, "running"),
    ],
)
def test_faults_of_the_work(vendor: Vendor, kind: Kind, state: str) -> None:
    vendor.fault(On.WORK, kind)
    ticket = submit(vendor, "k1").json()["id"]
    assert poll(vendor, ticket)["status"] == state
    assert vendor.log.paid() == ({"k1": 12} if kind in (Kind.EXPIRED, Kind.STUCK) else {})


def test_a_vendor_that_hangs_is_left_when_it_closes(tmp_path: Path) -> None:
    with Vendor(tmp_path) as vendor:
        vendor.fault(On.SUBMIT, Kind.HANG)
        with pytest.raises(requests.ReadTimeout):
            requests.post(
                f"{vendor.url}/v1/generations",
                json={"capability": "video"},
                headers={"Authorization": f"Bearer {vendor.key}"},
                timeout=0.2,
            )


def test_chance_is_seeded_and_a_full_vendor_says_so(vendor: Vendor) -> None:
    seen = []
    for _ in range(2):
        vendor.behave(faults=(Fault(On.SUBMIT, Kind.UNAVAILABLE, times=None, rate=0.5),), seed=7)
        seen.append([submit(vendor, f"k{number}").status_code for number in range(12)])
    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 500}
    vendor.behave(most_outstanding=0, faults=())
    assert submit(vendor, "more").status_code == 429
    with pytest.raises(ValueError, match="cannot happen"):
        Fault(On.POLL, Kind.TWICE)


def test_it_runs_as_a_process_and_its_log_survives_it(tmp_path: Path) -> None:
    with VendorProcess(tmp_path) as vendor:
        vendor.behave(latency={"*": Latency(math.inf)})
        ticket = submit(vendor, "k1").json()["id"]
        assert vendor.standing()["outstanding"] == 1
        vendor.finish()
        assert poll(vendor, ticket)["status"] == "succeeded"
        vendor.process.kill()
        assert vendor.log.paid() == {"k1": 12}
