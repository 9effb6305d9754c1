"""Limits of a client: how many requests, and how large."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

import pytest
import redis
from limits import parse
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from genai.api import create_app
from genai.api.auth import rates
from tests.harness import PATIENCE
from tests.integration.api.conftest import Service


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, Redis is not taken for one that is away."""
    monkeypatch.setattr(rates, "_PATIENCE", 60.0)


def limited(service: Service, client: str = "acme", **limits: Any) -> Service:
    """The service with limits of the client's own, as another process of it would be."""
    settings = service.runtime.settings
    known = {**settings.clients, client: replace(settings.clients[client], **limits)}
    runtime = replace(service.runtime, settings=replace(settings, clients=known))
    return replace(service, app=create_app(runtime), runtime=runtime)


def test_requests_of_all_processes_count_together(service):
    one, other = (limited(service, rate_limit="3/hour") for _ in range(2))
    remaining = []
    for process in (one, other, one):
        answer = process.call("GET", "/v1/jobs")
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"requests";q=3;w=3600'
        remaining.append(answer.headers["RateLimit"].partition(";t=")[0])
    assert remaining == ['"requests";r=2', '"requests";r=1', '"requests";r=0']

    refused = other.call("GET", "/v1/jobs")
    told = refused.get_json()
    assert (refused.status_code, told["code"]) == (429, "rate_limited")
    assert "3 requests per hour" in told["detail"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert one.call("GET", "/v1/jobs", client="globex").status_code == 200
    assert one.call("GET", "/healthz", client=None).status_code == 200


@pytest.mark.parametrize(
    ("before", "now", "allowed"),
    [(None, None, True), (None, 3, True), (0, 3, True), (9, 2, True), (9, 7, False), (4, 9, False)],
)
def test_it_counts_as_the_library_does(redis_url, before, now, allowed):
    """In a single call to Redis, with the same counters: requests of the day before count in part."""
    counters = RedisStorage(redis_url, key_prefix="genai-rate")
    item, day = parse("10/day"), 86_400
    current = counters.prefixed_key(counters._current_window_key(item.key_for("acme")))
    with redis.Redis.from_url(redis_url) as client:
        if before is not None:
            client.set(f"{current}/-1", before, ex=day // 2)
        if now is not None:
            client.set(current, now, ex=day + day // 2)
    rate = rates.RateLimiter(redis_url).count("acme", "10/day")
    stats = SlidingWindowCounterRateLimiter(counters).get_window_stats(item, "acme")
    assert rate is not None
    assert (rate.allowed, rate.remaining) == (allowed, stats.remaining)
    assert rate.reset == pytest.approx(stats.reset_time - time.time(), abs=PATIENCE)


def test_what_is_refused_is_not_done(service, document):
    service = limited(service, rate_limit="1/hour")
    assert service.call("POST", "/v1/jobs", json=document).status_code == 202
    document["idempotency_key"] = "another"
    assert service.call("POST", "/v1/jobs", json=document).status_code == 429
    assert service.rows("SELECT count(*) FROM jobs") == [(1,)]


def test_a_token_that_opens_nothing_counts_for_nobody(service):
    for _ in range(3):
        service.call("GET", "/v1/jobs", client=None, headers={"Authorization": "Bearer wrong"})
    with redis.Redis.from_url(service.runtime.settings.result_url) as counters:
        assert list(counters.scan_iter("genai-rate*")) == []


@pytest.fixture
def silent_redis() -> Iterator[tuple[str, SimpleQueue[socket.socket]]]:
    """A server that takes connections and never says a word; its address, and who has connected."""
    taken: SimpleQueue[socket.socket] = SimpleQueue()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                try:
                    taken.put(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take)
        thread.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0", taken
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    while not taken.empty():
        taken.get().close()


@pytest.mark.parametrize("away", ["closed", "silent"])
def test_without_redis_nobody_is_refused(service, silent_redis, away, caplog, monkeypatch):
    """And it is not asked for each request, so that a Redis that hangs holds up one and not all."""
    monkeypatch.setattr(rates, "_PATIENCE", 0.2)
    monkeypatch.setattr(rates, "_LEFT_ALONE", 3600.0)
    url, taken = silent_redis
    address = url if away == "silent" else "redis://127.0.0.1:1/0"
    settings = replace(service.runtime.settings, result_url=address)
    service = replace(service, runtime=replace(service.runtime, settings=settings))
    service = limited(service, rate_limit="1/day")
    for _ in range(4):
        answer = service.call("GET", "/v1/jobs")
        assert answer.status_code == 200
        assert "RateLimit" not in answer.headers
    told = [record.message for record in caplog.records if "are not counted" in record.message]
    assert len(told) == 1
    if away == "silent":
        taken.get(timeout=PATIENCE).close()
    assert taken.empty()


def test_bodies_of_a_client(service, document, picture):
    small = limited(service, body_max_bytes=100, upload_max_bytes=picture.stat().st_size - 1)
    assert small.call("POST", "/v1/jobs", json=document).status_code == 413
    assert small.call("POST", "/v1/jobs", client="globex", json=document).status_code == 202
    sent = {"data": picture.read_bytes(), "headers": {"Content-Type": "image/png"}}
    refused = small.call("POST", "/v1/assets", **sent)
    assert refused.status_code in (413, 422), refused.text
    assert small.call("POST", "/v1/assets", client="globex", **sent).status_code == 201
    larger = limited(service, upload_max_bytes=picture.stat().st_size)
    assert larger.call("POST", "/v1/assets", **sent).status_code == 201
