"""PostgreSQL goes away and comes back: requests are told when to come again, finished work is not lost."""

from __future__ import annotations

from collections import Counter

import pytest
import requests


@pytest.mark.parametrize("killed", [False, True], ids=["restarted", "killed"])
def test_away_and_back(
    service,
    own_postgres,
    up_to_its_scenes,
    scheduler,
    api,
    tokens,
    request_document,
    outage,
    killed,
    hold_true,
):
    """Two steps end while it is away: their commits are tried until it is back. A restart of the server
    ends connections between statements, kill -9 within them."""
    job_id, _ = up_to_its_scenes(2)
    hold = service.control / "hold.image.scene"
    hold.touch()
    (service.control / "hold.storyboard").unlink()
    service.until(lambda: sum(c["call"].startswith("image.scene") for c in service.calls()) == 2)
    scheduler()
    server = api()
    document = request_document("image_bundle", key="k2", scenes=1)

    def post():
        headers = {"Authorization": f"Bearer {tokens['acme']}"}
        return requests.post(f"{server.url}/v1/jobs", json=document, headers=headers, timeout=60)

    with own_postgres.away(outage(1, 50), killed=killed):
        hold.unlink()
        answer = post()
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    service.runtime.database.engine.dispose()
    answer = post()
    assert answer.status_code == 202
    for each in (job_id, answer.json()["job_id"]):
        assert service.ended(each).state == "completed"
    # What had been made was not made again for want of a commit.
    assert set(Counter(call["key"] for call in service.calls()).values()) == {1}
    hold_true()


def test_connections_that_are_terminated_again_and_again(
    service, own_postgres, worker, scheduler, request_document, hold_true
):
    jobs = [service.submit(request_document("image_bundle", key=f"k{n}", scenes=3)) for n in range(2)]
    worker()
    scheduler()
    for calls in (2, 5, 9, 12):
        service.until(lambda calls=calls: len(service.calls()) >= calls)
        own_postgres.terminate()
        service.runtime.database.engine.dispose()
    for job_id in jobs:
        assert service.ended(job_id).state == "completed"
    hold_true()
