"""Claim before work, commit once: on a real database, without a worker."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from genai.errors import JobEnded, LeaseLost
from genai.stages import progress
from genai.stages.lease import Lease
from genai.store import commits, holder, success
from genai.store.admission import admit
from genai.store.claims import Claim, Refusal, Taker, claim, renew
from genai.store.events import TALLY
from genai.store.holder import Holder, this_process
from genai.store.success import Output


@pytest.fixture
def job(service, request_document):
    """An admitted job that nobody was told of."""
    job_id = service.submit(request_document("image_bundle", scenes=2), admit=False)
    with service.runtime.database.transaction() as connection:
        assert admit(connection, in_all=10, per_client=10, limits={}) == [job_id]
    return job_id


@pytest.fixture
def take(service, job):
    def take(key="intake", *, holder=None, lease=60.0):
        return claim(service.runtime.database, job, key, Taker(holder or this_process()), lease)

    return take


def _commit(service, claimed, output=None, successor=None):
    with service.runtime.database.transaction() as connection:
        return success.succeed(connection, claimed, output or Output({"done": claimed.key}), successor)


def _commit_alone(service, claimed, successor=None):
    with service.runtime.database.autocommit() as connection:
        return success.succeed_alone(connection, claimed, Output({"done": claimed.key}), successor)


def _elsewhere(**changes):
    return replace(Holder(host="another-host", pid=1, start="1"), **changes)


def test_a_claim_takes_the_row_and_starts_the_job_once(service, job, take):
    first = take()
    assert isinstance(first, Claim)
    assert (first.fence, first.started_job) == (1, True)
    step = service.steps(job)["intake"]
    assert (step.state, step.pid) == ("running", os.getpid())
    assert service.job(job).state == "running"
    _commit(service, first)
    assert take("neutral_image").started_job is False
    assert [event.type for event in service.events(job)].count("job.started") == 1


def test_a_held_step_is_refused_until_its_lease_lapses(service, job, take):
    assert isinstance(take(holder=_elsewhere(), lease=3600.0), Claim)
    refused = take()
    assert refused.reason is Refusal.HELD
    assert 3000 < refused.retry_in <= 3600
    service.execute("UPDATE steps SET lease_until = now() - interval '1 second' WHERE key = 'intake'")
    again = take()
    assert (again.fence, again.losses) == (2, 1)


def test_a_dead_process_of_this_host_loses_its_step_at_once(take):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        held = replace(this_process(), pid=child.pid, start=holder._start_of(child.pid))
        assert isinstance(take(holder=held), Claim)
        assert take().reason is Refusal.HELD
        child.kill()
    assert take().fence == 2


def test_a_live_process_of_this_host_keeps_its_step(take):
    assert isinstance(take(), Claim)
    assert take().reason is Refusal.HELD


def test_a_clock_that_was_set_takes_no_step_away(take, monkeypatch):
    assert isinstance(take(), Claim)
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: 0.0)
    assert take().reason is Refusal.HELD


def test_a_step_waits_for_its_inputs(take):
    assert take("neutral_image").reason is Refusal.NOT_READY


def test_a_claim_that_had_to_wait_sees_what_it_waited_for(service, take):
    held = take()
    here = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    waiting = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ({here})"  # noqa: S608
    with ThreadPoolExecutor(1) as pool:
        with service.runtime.database.transaction() as connection:
            success.succeed(connection, held, Output({}))
            next_one = pool.submit(take, "neutral_image")
            service.until(lambda: service.rows(waiting)[0][0] == 1)
        assert isinstance(next_one.result(), Claim)


def test_a_succeeded_step_is_done_and_gives_its_output_on(service, take):
    _commit(service, take())
    assert take().reason is Refusal.DONE
    assert take("neutral_image").inputs["intake"].output == {"done": "intake"}


def test_many_at_once_give_one_claim(take):
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: take(), range(16)))
    assert sum(isinstance(claimed, Claim) for claimed in taken) == 1


def test_a_late_commit_is_refused_and_writes_nothing(service, job, take):
    late = take(holder=_elsewhere())
    service.execute("UPDATE steps SET lease_until = now() - interval '1 second' WHERE key = 'intake'")
    newer = take()
    with pytest.raises(LeaseLost):
        _commit(service, late, Output({"from": "late"}))
    assert service.events(job)[-1].type == "job.started"
    _commit(service, newer, Output({"from": "newer"}))
    assert service.steps(job)["intake"].output == {"from": "newer"}
    with pytest.raises(LeaseLost):
        _commit(service, newer)


def test_a_renewal_extends_the_lease_of_the_newest_claim_alone(service, job, take):
    held = take(holder=_elsewhere(), lease=1.0)
    with service.runtime.database.transaction() as connection:
        assert renew(connection, held.step_id, held.fence, 600.0) == "running"
        assert renew(connection, held.step_id, held.fence - 1, 600.0) is None
    assert take().retry_in > 500


def test_a_parked_step_is_not_due_before_its_time(service, take):
    held = take()
    with service.runtime.database.transaction() as connection:
        commits.park(connection, held, reason="vendor", due_in=3600, failed=False)
    refused = take()
    assert refused.reason is Refusal.NOT_DUE
    assert 3000 < refused.retry_in <= 3600
    service.execute("UPDATE steps SET due_at = now() WHERE key = 'intake'")
    assert take().failures == 0


def test_nothing_is_claimed_of_a_job_that_is_ending(service, job, take):
    service.execute("UPDATE jobs SET state = 'cancelling'")
    assert take().reason is Refusal.ENDED


def test_a_failure_lets_live_steps_finish_and_then_ends_the_job(service, job, take):
    """Two scenes run; one fails. The other is kept, and ending it ends the job."""
    plan = [key for key, step in service.steps(job).items() if step.phase == "plan"]
    for key in plan[:-1]:
        _commit(service, take(key))
    _commit(service, take("storyboard"), _two_scenes(service, job))
    one, two = take("scene_1.image"), take("scene_2.image")
    with service.runtime.database.transaction() as connection:
        assert commits.fail(connection, one, {"code": "permanent"}) == "failing"
    assert service.steps(job)["bundle"].state == "skipped"
    with service.runtime.database.transaction() as connection, pytest.raises(JobEnded):
        commits.park(connection, two, reason="retry", due_in=5, failed=True)
    assert _commit(service, two).job_state == "failed"
    assert service.steps(job)["scene_2.image"].state == "succeeded"
    assert [event.type for event in service.events(job)].count("job.failed") == 1


def _at_scenes(service, job, take):
    """The plan is done."""
    plan = [key for key, step in service.steps(job).items() if step.phase == "plan"]
    for key in plan[:-1]:
        _commit(service, take(key))
    _commit(service, take("storyboard"), _two_scenes(service, job))


def test_a_success_alone_writes_what_one_in_a_transaction_does(service, job, take):
    _at_scenes(service, job, take)
    one, two = take("scene_1.image"), take("scene_2.image")
    assert _commit_alone(service, one, "scene_1.fidelity") == _commit(
        service, two, successor="scene_2.fidelity"
    )
    steps = service.steps(job)
    alone, other = steps["scene_1.image"], steps["scene_2.image"]
    assert (alone.state, alone.output) == ("succeeded", {"done": "scene_1.image"})
    told = {"state", "lease_until", "wait_reason", "source_id"}
    assert {name: alone._mapping[name] for name in told} == {name: other._mapping[name] for name in told}
    assert None not in (alone.finished_at, alone.runtime, other.finished_at, other.runtime)
    assert steps["scene_1.fidelity"].state == steps["scene_2.fidelity"].state == "queued"
    first, second = service.events(job)[-2:]
    assert first.body["data"]["steps"] == {"succeeded": 9, "running": 1, "queued": 1, "pending": 2}
    assert second.body["data"]["steps"] == {"succeeded": 10, "queued": 2, "pending": 1}
    assert first.body["data"] | {"number": 0, "percent": 0, "scene": 0, "steps": 0} == second.body["data"] | {
        "number": 0, "percent": 0, "scene": 0, "steps": 0
    }  # fmt: skip
    assert [event.body["data"]["percent"] for event in (first, second)] == [45, 60]


def test_a_success_that_had_to_wait_is_not_counted_with_what_was_there_before(service, job, take):
    """Of two that end at once the second does not see the first when it begins."""
    _at_scenes(service, job, take)
    one, two = take("scene_1.image"), take("scene_2.image")
    here = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    waiting = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ({here})"  # noqa: S608
    with ThreadPoolExecutor(1) as pool:
        with service.runtime.database.transaction() as connection:
            success.succeed(connection, one, Output({}))
            second = pool.submit(_commit_alone, service, two)
            service.until(lambda: service.rows(waiting)[0][0] == 1)
        assert second.result() is None
    assert service.steps(job)["scene_2.image"].state == "running"
    _commit(service, two)
    assert service.events(job)[-1].body["data"]["steps"] == {"succeeded": 10, "pending": 3}


def test_what_ends_a_job_is_not_committed_alone(service, job, take):
    _at_scenes(service, job, take)
    for key in ("scene_1.image", "scene_1.fidelity", "scene_2.image"):
        assert _commit_alone(service, take(key)) is not None
    held = take("scene_2.fidelity")
    service.execute("UPDATE jobs SET state = 'failing', error = '{}'")
    assert _commit_alone(service, held) is None
    service.execute("UPDATE jobs SET state = 'running', error = NULL")
    assert _commit_alone(service, held) is not None
    last = take("bundle")
    assert _commit_alone(service, last) is None
    assert service.steps(job)["bundle"].state == "running"
    assert _commit(service, last).job_state == "completed"


def test_a_late_success_is_refused_alone_too(service, job, take):
    late = take(holder=_elsewhere())
    service.execute("UPDATE steps SET lease_until = now() - interval '1 second' WHERE key = 'intake'")
    take()
    assert _commit_alone(service, late) is None
    assert service.steps(job)["intake"].state == "running"


@pytest.mark.parametrize(
    ("done", "total", "has_scenes", "percent"),
    [
        ({}, {"plan": 4, "assemble": 1}, True, 0),
        (
            {"plan": 4},
            {"plan": 4, "assemble": 1},
            True,
            30,
        ),  # the scenes' weight counts before they are known
        ({"plan": 4}, {"plan": 4, "scene": 6, "assemble": 1}, True, 30),
        ({"plan": 4, "scene": 3}, {"plan": 4, "scene": 6, "assemble": 1}, True, 60),
        ({"plan": 4, "scene": 6}, {"plan": 4, "scene": 6, "assemble": 1}, True, 90),
        ({"plan": 8}, {"plan": 8, "assemble": 1}, False, 75),
        ({"plan": 1, "scene": 1, "assemble": 1}, {"plan": 1, "scene": 1, "assemble": 1}, True, 99),
    ],
)
def test_percent_has_fixed_weights(service, done, total, has_scenes, percent):
    """That of scenes counts before their number is known. A hundred belongs to completion."""
    rows = [
        (phase, "succeeded" if number < done.get(phase, 0) else "pending")
        for phase, count in total.items()
        for number in range(count)
    ]
    steps = "SELECT * FROM unnest(CAST(:phases AS text[]), CAST(:states AS text[])) AS step (phase, state)"
    phases, states = (list(column) for column in zip(*rows, strict=True))
    [row] = service.rows(
        f"WITH step AS ({steps}) {TALLY}", phases=phases, states=states, has_scenes=has_scenes
    )
    assert row.percent == percent


def test_a_lease_is_renewed_for_as_long_as_it_is_held(service, job, take):
    held = take(lease=0.6)
    fence = "SELECT lease_until > clock_timestamp() FROM steps WHERE key = 'intake'"
    first = service.steps(job)["intake"].lease_until
    with Lease(service.runtime.database, held, 0.6) as lease:
        service.until(lambda: service.steps(job)["intake"].lease_until > first + timedelta(seconds=1.2))
        lease.check()
    service.until(lambda: not service.rows(fence)[0][0])
    newer = take()
    with Lease(service.runtime.database, held, 0.6) as lease, pytest.raises(LeaseLost):
        service.until(lease.check)
    assert newer.fence == held.fence + 1


def test_a_lease_that_cannot_be_renewed_leaves_the_next_one_its_renewal(service, job, take, caplog):
    held = take(lease=0.6)
    with Lease(None, held, 0.6):  # type: ignore[arg-type]  # so that it fails
        service.until(lambda: "a lease could not be renewed" in caplog.text)
    first = service.steps(job)["intake"].lease_until
    with Lease(service.runtime.database, held, 0.6):
        service.until(lambda: service.steps(job)["intake"].lease_until > first)


def _two_scenes(service, job):
    from genai.domain.blueprint import Blueprint
    from genai.domain.creative import Scene
    from genai.domain.records import from_json, to_json

    blueprint = from_json(Blueprint, service.job(job).blueprint)
    scenes = [Scene(number, "hero", "studio", "") for number in (1, 2)]
    return Output(
        {"scenes": []}, scenes=[to_json(scene) for scene in scenes], scene_steps=blueprint.steps(scenes)
    )


def test_scene_rows_come_with_the_storyboard_and_the_bundle_reads_them(service, job, take):
    _commit(service, take("intake"), _two_scenes(service, job))
    steps = service.steps(job)
    assert [key for key in steps if key.startswith("scene_")] == [
        "scene_1.image", "scene_1.fidelity", "scene_2.image", "scene_2.fidelity",
    ]  # fmt: skip
    assert {"scene_1.fidelity", "scene_2.fidelity"} <= set(steps["bundle"].inputs)
    assert "scene_1.image" in steps["scene_1.fidelity"].inputs
    assert list(steps)[-1] == "bundle"


def test_long_work_tells_how_far_it_is(service, job, take, monkeypatch):
    monkeypatch.setattr(progress, "_EVERY", 0.0)
    held = take(holder=_elsewhere())
    told = progress.Progress(service.runtime.database, held, lambda: None)
    for done in (0.05, 0.4, 0.45, 0.8, 1.0):
        told(done)
    events = [event.body["data"] for event in service.events(job) if event.type == "job.progress"]
    assert [(event["stage"], event["progress"]) for event in events] == [("intake", 0.4), ("intake", 0.8)]
    assert service.steps(job)["intake"].progress == 0.8
    # Another claim has it now: what the first one says is of no interest.
    service.execute("UPDATE steps SET lease_until = now() - interval '1 second' WHERE key = 'intake'")
    take()
    told(0.95)
    assert [event.type for event in service.events(job)].count("job.progress") == 2


def test_long_work_stops_when_it_is_not_wanted(service, take):
    def unwanted() -> None:
        raise JobEnded("the job is cancelling")

    with pytest.raises(JobEnded):
        progress.Progress(service.runtime.database, take(), unwanted)(0.01)
