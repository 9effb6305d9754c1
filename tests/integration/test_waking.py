"""Waking: at once, and then not for each commit; the last commit is never left out."""

from __future__ import annotations

import redis

from genai.stages.wake import wake

BURST = 200


def test_a_burst_of_commits_wakes_the_drain_now_and_once_more(service, redis_url, monkeypatch):
    monkeypatch.setattr("genai.stages.wake._GAP", 2.0)  # longer than a burst takes
    monkeypatch.setattr("genai.stages.wake._free_at", {})
    with redis.Redis.from_url(redis_url) as broker:
        for _ in range(BURST):
            wake("genai.callbacks.drain")
        assert broker.llen("callbacks") >= 1
        # What came after the first message waits for the next.
        service.until(lambda: broker.llen("callbacks") >= 2)
        assert broker.llen("callbacks") < BURST / 4


def test_what_is_woken_for_one_job_is_never_left_out(service, redis_url):
    with redis.Redis.from_url(redis_url) as broker:
        for _ in range(3):
            wake("genai.advance", "1b4e28ba-2fa1-11d2-883f-0016d3cca427")
        assert broker.llen("maintenance") == 3
