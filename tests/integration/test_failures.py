"""Steps that fail, for a while or for good, and how their jobs go on."""

from __future__ import annotations

from collections import Counter


def test_a_failure_that_passes_is_tried_again_with_the_same_key(service, worker, request_document):
    (service.control / "retryable.image.scene.1").write_text("xx")
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker()
    assert service.ended(job_id).state == "completed"
    keys = [call["key"] for call in service.calls() if call["call"] == "image.scene.1"]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    step = service.steps(job_id)["scene_1.image"]
    assert (step.failures, step.fence) == (2, 3)


def test_a_permanent_failure_ends_the_job_once_and_resumes_as_told(service, worker, request_document):
    trouble = service.control / "permanent.image.scene.2"
    trouble.touch()
    job_id = service.submit(request_document("image_bundle", scenes=3))
    worker()
    job = service.ended(job_id)

    assert job.state == "failed"
    assert (job.error["code"], job.error["stage"], job.error["scene"]) == ("permanent", "image", 2)
    assert job.error["provider"] == "instant"
    ends = [event.type for event in service.events(job_id) if event.type in ("job.failed", "job.completed")]
    assert ends == ["job.failed"]
    steps = service.steps(job_id)
    assert steps["scene_2.image"].state == "failed"
    assert steps["bundle"].state == "skipped"
    succeeded = {key for key, step in steps.items() if step.state == "succeeded"}

    trouble.unlink()
    before = len(service.calls())
    retry_id = service.submit(job.error["retry"])
    retry = service.ended(retry_id)
    assert (retry.state, retry.job_type, str(retry.retry_of)) == ("completed", "retry", job_id)
    assert len(retry.output["images"]) == 3
    # What had succeeded is taken over by reference and not done again.
    redone = {key for key, step in service.steps(retry_id).items() if step.source_id is None}
    assert redone == set(steps) - succeeded
    assert {step.queue for key, step in service.steps(retry_id).items()} == {"retry"}
    count = Counter(call["call"] for call in service.calls()[before:])
    assert count["storyboard"] == count["image.neutral.None"] == 0
    assert count["image.scene.2"] == 1
    assert service.job(job_id).state == "failed"


def test_a_payload_that_crashes_its_stage_fails_after_bounded_tries(service, worker, request_document):
    (service.control / "crash.storyboard").write_text("x" * 50)
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker(env={"GENAI_MAX_FAILURES": "2"})
    error = service.ended(job_id).error
    assert (error["code"], error["stage"], error["retryable"]) == ("internal", "storyboard", True)
    assert "a bug" not in error["message"]
    assert sum(call["call"] == "storyboard" for call in service.calls()) == 3
    # The queue moves on.
    (service.control / "crash.storyboard").unlink()
    assert (
        service.ended(service.submit(request_document("image_bundle", key="k2", scenes=1))).state
        == "completed"
    )


def test_a_step_that_kills_its_process_fails_after_bounded_losses(service, worker, request_document):
    (service.control / "kill.image.scene.1").write_text("x" * 50)
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker(env={"GENAI_MAX_LOSSES": "2"})
    error = service.ended(job_id).error
    assert (error["code"], error["stage"], error["scene"]) == ("crashed", "image", 1)
    assert service.steps(job_id)["scene_1.image"].losses == 3
