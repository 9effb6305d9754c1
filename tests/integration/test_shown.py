"""What is shown of jobs that are under way: why steps wait, when a job will be done, what it has cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from genai.contracts import load_request
from genai.contracts.estimate import EstimateSchema
from genai.contracts.job import JobSchema, StepListSchema
from genai.domain.enums import Mode
from genai.estimating import estimate
from genai.maintenance.admission import admit_jobs
from genai.router import modes
from genai.store import estimates, experience
from genai.store.views import accepted_view, job_view, step_views
from genai.submission import accept_request, accepting


@pytest.fixture
def shown(service):
    """A job's view and its steps' by key, as the contract has them."""

    def look(job_id):
        with service.runtime.database.transaction() as connection:
            job = job_view(connection, "acme", job_id)
            steps = step_views(connection, "acme", job_id)
        JobSchema().load(job)
        StepListSchema().load({"steps": steps})
        return job, {step["key"]: step for step in steps}

    return look


def test_a_step_waits_for_its_job_then_for_a_worker_and_the_others_for_their_inputs(
    service, request_document, shown
):
    job_id = service.submit(request_document("image_bundle"), admit=False)
    job, steps = shown(job_id)
    assert steps["intake"]["waiting_for"] == "admission"
    assert {step["waiting_for"] for key, step in steps.items() if key != "intake"} == {"inputs"}
    assert job["waiting_for"] == [
        {"reason": "inputs", "steps": len(steps) - 1, "due_at": None},
        {"reason": "admission", "steps": 1, "due_at": None},
    ]
    admit_jobs(service.runtime)
    _, steps = shown(job_id)
    assert steps["intake"]["waiting_for"] == "queue"


@pytest.fixture
def told_at_once(service):
    """What a client is told of a job that it submits, and what is shown of the job."""

    def submit(document):
        request = load_request(document, modes())
        with accepting(service.runtime.database, request) as connection:
            accepted = accept_request(connection, "acme", request)
            told = accepted_view(connection, accepted)
        with service.runtime.database.transaction() as connection:
            return told, job_view(connection, "acme", accepted.job_id)

    return submit


def test_what_is_told_at_once_is_what_is_shown(request_document, told_at_once):
    metadata = {"order": 17, "of": {"shop": ["a", 1.5, None]}}
    settings = {"scenes": 8, "variants": 2, "review": True}
    creation = {"job_type": "marketing_creation", "mode": None}
    documents = [request_document(mode, key=mode, priority=3, budget=2.5, **settings) for mode in Mode]
    for document in (*documents, request_document("", key="creation") | creation):
        told, shown = told_at_once(document | {"metadata": metadata})
        assert told == shown
        assert told["waiting_for"][0]["reason"] == "inputs"


def test_so_it_is_of_jobs_that_take_over_steps_and_of_those_that_have_an_end(
    service, worker, request_document, told_at_once
):
    jobs = []
    running = worker()
    for preview in (False, True):
        document = request_document("image_bundle", key=f"{preview}", scenes=2, preview=preview)
        jobs.append(service.submit(document))
        service.ended(jobs[-1])
    running.stop()
    experience.experience.forget()
    retry = {"job_id": jobs[0], "stage": "image", "scene": 2, "scope": "only"}
    for document in (
        {"contract": 2, "job_type": "retry", "idempotency_key": "r", "retry": retry},
        request_document("image_bundle", key="f", scenes=2, preview_of=jobs[1]),
        request_document("image_bundle", key="n"),
    ):
        told, shown = told_at_once(document)
        ends = [datetime.fromisoformat(each.pop("estimated_end")) for each in (told, shown)]
        assert ends == sorted(ends)
        assert told == shown


@pytest.mark.parametrize(
    ("row", "reason", "is_due_later"),
    [
        ("state = 'running', lease_until = now() + interval '1 h'", None, False),
        ("state = 'running', lease_until = now() - interval '1 s'", "lease", False),
        ("state = 'waiting', wait_reason = 'vendor', due_at = now() + interval '1 h'", "vendor", True),
        (
            "state = 'waiting', wait_reason = 'retry: vendor', due_at = now() + interval '1 h'",
            "retry:vendor",
            True,
        ),
        ("state = 'waiting', wait_reason = 'limit', due_at = now() - interval '1 s'", "queue", False),
        ("state = 'succeeded', output = '{}'", None, False),
        ("state = 'skipped'", None, False),
    ],
)
def test_the_reason_is_what_the_row_says_now(service, request_document, shown, row, reason, is_due_later):
    job_id = service.submit(request_document("image_bundle"))
    update = f"UPDATE steps SET {row} WHERE job_id = :id AND key = 'intake'"  # noqa: S608 - our text
    service.execute(update, id=job_id)
    job, steps = shown(job_id)
    assert steps["intake"]["waiting_for"] == reason
    found = {wait["reason"]: wait for wait in job["waiting_for"]}
    assert (reason in found) is (reason is not None)
    if is_due_later:
        assert found[reason] == {"reason": reason, "steps": 1, "due_at": steps["intake"]["due_at"]}


def test_a_job_that_rests_waits_for_its_review(service, worker, request_document, shown):
    job_id = service.submit(request_document("image_bundle", scenes=2, review=True))
    worker()
    service.until(lambda: service.job(job_id).state == "awaiting_review")
    job, steps = shown(job_id)
    assert steps["scene_1.image"]["waiting_for"] == steps["scene_2.image"]["waiting_for"] == "review"
    assert steps["scene_1.fidelity"]["waiting_for"] == "inputs"
    assert job["estimated_end"] is None


def test_a_retry_is_estimated_by_what_it_makes_and_a_job_s_cost_is_its_calls(
    service, worker, request_document, shown
):
    job_id = service.submit(request_document("image_bundle", scenes=2, budget=5))
    worker()
    service.ended(job_id)
    experience.experience.forget()
    wanted = {
        "contract": 2,
        "job_type": "retry",
        "idempotency_key": "again",
        "retry": {"job_id": job_id, "stage": "image", "scene": 2, "scope": "only"},
    }
    told = estimate(service.runtime.database, "acme", load_request(wanted, modes()))
    made = {stage["stage"]: stage["steps"] for stage in told["stages"] if stage["steps"]}
    assert made == {"image": 1, "fidelity": 1, "bundle": 1}
    assert sum(stage["reused"] for stage in told["stages"]) == 8 + 2
    assert told["cost"]["total"] == pytest.approx(0.26)
    assert len(service.rows("SELECT 1 FROM jobs")) == 1

    service.execute(
        "UPDATE attempts SET reserved = 0.125 WHERE capability = 'image' AND step_id IN"
        " (SELECT id FROM steps WHERE job_id = :id)",
        id=job_id,
    )
    job, steps = shown(job_id)
    spent = sum(call["cost"] for step in steps.values() for call in step["attempts"])
    assert job["cost"] == {
        "spent": pytest.approx(spent),
        "reserved": 4 * 0.125,
        "budget": 5,
        "currency": "USD",
    }
    assert spent == pytest.approx(4 * 0.25 + 4 * 0.01)


def test_estimates_are_what_such_steps_have_lately_taken(service, worker, request_document, shown):
    wanted = load_request(request_document("image_bundle", key="k2", scenes=4), modes())
    before = estimate(service.runtime.database, "acme", wanted)
    assert (before["seconds"], before["cost"]["total"]) == (None, 0)
    assert "image" in before["without_record"]

    first = service.submit(request_document("image_bundle", scenes=2))
    assert shown(first)[0]["estimated_end"] is None
    worker(concurrency=1)
    service.ended(first)
    # Each of its steps took 100 seconds, on one process.
    service.execute(
        "UPDATE steps SET claimed_at = finished_at - interval '100 s', pid = 1 WHERE job_id = :id", id=first
    )
    service.execute("UPDATE attempts SET created_at = finished_at")
    experience.experience.forget()

    after = estimate(service.runtime.database, "acme", wanted)
    EstimateSchema().load(after)
    stages = {stage["stage"]: stage for stage in after["stages"]}
    assert after["without_record"] == []
    assert {stage["seconds"] for stage in stages.values()} == {100}
    assert stages["image"]["steps"] == stages["fidelity"]["steps"] == 4
    steps = sum(stage["steps"] for stage in stages.values())
    assert after["seconds"] == 100 * steps  # one process
    assert after["cost"] == {
        "total": pytest.approx(6 * 0.25 + 6 * 0.01),
        "by_capability": {"fidelity": 0.06, "image": 1.5, "metadata": 0, "storyboard": 0},
        "currency": "USD",
    }
    assert shown(first)[0]["estimated_end"] is None  # it has ended
    waiting = service.submit(request_document("image_bundle", key="k3", scenes=4, prompt="x"), admit=False)
    end = datetime.fromisoformat(shown(waiting)[0]["estimated_end"])
    later = service.submit(request_document("image_bundle", key="k4", scenes=4, prompt="y"), admit=False)
    assert datetime.fromisoformat(shown(later)[0]["estimated_end"]) - end >= timedelta(seconds=100 * steps)
    assert end > datetime.now(UTC) + timedelta(seconds=90 * steps)


def test_a_new_job_is_told_the_end_that_its_place_among_the_waiting_gives(
    service, worker, request_document, told_at_once
):
    first = service.submit(request_document("image_bundle", scenes=2))
    running = worker(concurrency=1)
    service.ended(first)
    running.stop()
    service.execute(
        "UPDATE steps SET claimed_at = finished_at - interval '100 s', pid = 1 WHERE job_id = :id", id=first
    )
    service.execute("UPDATE attempts SET created_at = finished_at")
    experience.experience.forget()
    # Of another client one job that goes first, and three that take turns with ours.
    service.execute(
        """
        INSERT INTO jobs (id, client, idempotency_key, request_fingerprint, job_type, flow, product_id,
                          request, brief, blueprint, state, priority)
        SELECT gen_random_uuid(), 'globex', n::text, '', job_type, flow, product_id,
               request, brief, blueprint, 'accepted', CASE n WHEN 1 THEN 5 ELSE 0 END
          FROM jobs, generate_series(1, 4) AS n WHERE id = :id
        """,
        id=first,
    )
    for number, before in enumerate((1, 3, 5)):
        estimates._waiting.forget()
        told, shown = told_at_once(request_document("image_bundle", key=f"n{number}", scenes=2))
        # Each step of the jobs before it and of its own takes a hundred seconds, on one process.
        one = timedelta(seconds=100 * (sum(told["steps"].values()) + 2 * 2))
        for job in (told, shown):
            left = datetime.fromisoformat(job["estimated_end"]) - datetime.now(UTC)
            assert abs(left - (before + 1) * one) < one / 2
