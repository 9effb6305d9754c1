"""Short steps in a row: one message takes them along, and everything else is as if each had had its own."""

from __future__ import annotations

import pytest
from celery.app.trace import build_tracer
from kombu import Queue

from genai.celery import app
from genai.maintenance.admission import admit_jobs
from genai.stages import runner

# Celery's own call, in a process that treats warnings as errors.
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated setex:DeprecationWarning")


@pytest.fixture
def messages(service):
    """Runs the next message of a queue in this process, as a pool process would; what Celery has made of it,
    None where there is no message."""
    with app.connection_for_read() as connection:
        channel = connection.default_channel

        def run(queue="marketing"):
            message = Queue(queue, channel=channel).get()
            if message is None:
                return None
            args, kwargs, embed = message.payload
            request = {**message.headers, **embed, "delivery_info": message.delivery_info}
            task = app.tasks[message.headers["task"]]
            done = build_tracer(task.name, task, app=app)(message.headers["id"], args, kwargs, request)
            message.ack()
            return done

        yield run


@pytest.fixture
def patient(monkeypatch):
    """Every step counts as a short one."""
    monkeypatch.setattr(runner, "_SHORT", float("inf"))


def _messages_of(service, job_id):
    """The steps that each message has run, by the first of them."""
    taken: dict[str, list[str]] = {}
    for key, step in service.steps(job_id).items():
        taken.setdefault(step.task_id, []).append(key)
    return {keys[0]: keys for keys in taken.values()}


def test_a_message_takes_the_short_steps_of_its_chain_along(service, messages, patient, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=2))
    sent = 0
    while messages() is not None:
        sent += 1
    assert service.job(job_id).state == "completed"
    plan, *others = _messages_of(service, job_id).values()
    assert [plan[0], plan[-1]] == ["intake", "storyboard"]
    assert others == [
        ["scene_1.image", "scene_1.fidelity"],
        ["scene_2.image", "scene_2.fidelity"],
        ["bundle"],
    ]
    assert sent == 4  # the chord has counted both scenes, and sent its body once
    calls = service.calls()
    assert len({call["key"] for call in calls}) == len(calls)


def test_a_long_step_gives_its_process_back(service, messages, monkeypatch, request_document):
    monkeypatch.setattr(runner, "_SHORT", 0.0)
    job_id = service.submit(request_document("image_bundle", scenes=2))
    while messages() is not None:
        pass
    assert service.job(job_id).state == "completed"
    assert all(len(keys) == 1 for keys in _messages_of(service, job_id).values())


def test_a_step_that_was_taken_along_is_tried_again_by_itself(service, messages, patient, request_document):
    """Its message is its own, and says nothing of the steps before it."""
    (service.control / "retryable.metadata").write_text("x")
    job_id = service.submit(request_document("image_bundle", scenes=2))
    assert messages().info.state == "RETRY"
    steps = service.steps(job_id)
    assert (steps["metadata"].state, steps["metadata"].failures) == ("waiting", 1)
    with app.connection_for_read() as connection:
        again = Queue("marketing", channel=connection.default_channel).get()
    args, _, embed = again.payload
    assert (args[0], args[1]) == (job_id, "metadata")
    assert again.headers["id"] != steps["intake"].task_id
    assert embed["chain"][-1]["args"][1] == "character_sheet"


def test_what_was_taken_along_counts_as_queued_with_its_message(service, messages, patient, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=2))
    messages()
    steps = service.steps(job_id)
    assert steps["storyboard"].queued_at == steps["intake"].queued_at < steps["intake"].claimed_at


def test_a_step_of_another_queue_is_sent_there(service, messages, patient, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=2), admit=False)
    service.execute("UPDATE steps SET queue = 'avatar' WHERE key = 'metadata'")
    admit_jobs(service.runtime)
    messages()
    assert service.steps(job_id)["metadata"].state == "queued"
    messages("avatar")
    assert service.steps(job_id)["metadata"].state == "succeeded"
