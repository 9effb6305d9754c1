"""The fidelity gate: drift is made again with its findings, three times at most."""

from __future__ import annotations

import pytest


def _verdicts(service, *verdicts):
    (service.control / "verdicts").write_text("\n".join(verdicts))


def _scene_calls(service):
    return [call for call in service.calls() if call["call"] == "image.scene.1"]


def test_drift_is_made_again_from_the_brief_with_what_was_found(service, worker, request_document):
    _verdicts(service, "drift", "pass")
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker()
    job = service.ended(job_id)

    first, second = _scene_calls(service)
    assert (first["attempt"], first["findings"]) == (1, [])
    assert (second["attempt"], second["findings"]) == (2, ["too green"])
    steps = service.steps(job_id)
    attempts = service.rows(
        "SELECT capability, number, state, result FROM attempts WHERE step_id = :id ORDER BY id",
        id=steps["scene_1.fidelity"].id,
    )
    assert [(row.capability, row.number) for row in attempts] == [
        ("fidelity", 1),
        ("image", 2),
        ("fidelity", 2),
    ]
    # What is delivered is what the gate accepted, not what came first.
    accepted = attempts[1].result["images"][0]["sha256"]
    (image,) = job.output["images"]
    assert image["asset_id"] == accepted
    assert (image["verdict"], image["attempts"]) == ("pass", 2)


def test_three_drifts_fail_the_job_and_name_the_best(service, worker, request_document):
    _verdicts(service, "drift", "drift", "drift")
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker()
    error = service.ended(job_id).error

    assert (error["code"], error["stage"], error["scene"]) == ("fidelity", "fidelity", 1)
    assert [attempt["verdict"] for attempt in error["details"]["attempts"]] == ["drift"] * 3
    assert error["details"]["best"]["attempt"] == 1
    assert len(_scene_calls(service)) == 3


def test_the_best_is_taken_and_marked_where_the_policy_says_so(service, worker, request_document):
    _verdicts(service, "drift", "drift", "drift")
    job_id = service.submit(request_document("image_bundle", scenes=1, fidelity={"on_cap": "best"}))
    worker()
    output = service.ended(job_id).output
    assert output["degraded"] is True
    assert [mark["reason"] for mark in output["images"][0]["marks"]] == ["drift_accepted"]


@pytest.mark.parametrize(
    ("on_unsure", "state", "pictures"),
    [("accept", "completed", 1), ("regenerate", "completed", 2), ("fail", "failed", 1)],
)
def test_unsure_is_the_jobs_choice(service, worker, request_document, on_unsure, state, pictures):
    _verdicts(service, "unsure", "pass")
    job_id = service.submit(request_document("image_bundle", scenes=1, fidelity={"on_unsure": on_unsure}))
    worker()
    job = service.ended(job_id)
    assert job.state == state
    calls = _scene_calls(service)
    assert len(calls) == pictures
    if on_unsure == "regenerate":
        assert calls[1]["findings"] == ["nothing to compare"]
    if on_unsure == "accept":
        assert [mark["reason"] for mark in job.output["images"][0]["marks"]] == ["unsure_check"]


def test_degraded_output_can_be_forbidden(service, worker, request_document):
    _verdicts(service, "unsure")
    job_id = service.submit(request_document("image_bundle", scenes=1, allow_degraded=False))
    worker()
    error = service.ended(job_id).error
    assert (error["code"], error["details"]["reasons"]) == ("degraded", ["unsure_check"])


@pytest.fixture
def photograph(instant, tmp_path):
    from genai_instant.drifting import draw_photograph

    path = tmp_path / "photograph.png"
    draw_photograph(path)
    return path


@pytest.fixture
def drifting(instant, environment, monkeypatch):
    """Pictures whose product drifts as told, judged by the real checker."""
    for name, provider in (("GENAI_IMAGE", "drifting"), ("GENAI_FIDELITY", "local")):
        monkeypatch.setenv(name, provider)
        environment[name] = provider

    def tell(*drifts, purpose="scene"):
        (instant / f"drifts.{purpose}").write_text("\n".join(drifts))

    return tell


def test_the_checker_catches_drift_and_the_next_attempt_hears_of_it(
    drifting, service, worker, request_document
):
    drifting("hue")
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker()
    job = service.ended(job_id)
    first, second = [call for call in service.calls() if call["call"] == "image.scene.1"]
    assert first["findings"] == []
    assert any("degrees off towards" in finding for finding in second["findings"]), second
    (image,) = job.output["images"]
    assert (image["verdict"], image["attempts"]) == ("pass", 2)


def test_three_kinds_of_drift_are_told_apart_in_the_error(drifting, service, worker, request_document):
    drifting("hue", "mirror", "swap")
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker()
    error = service.ended(job_id).error
    assert (error["code"], error["scene"]) == ("fidelity", 1)
    attempts = error["details"]["attempts"]
    told = ["; ".join(finding["text"] for finding in attempt["findings"]) for attempt in attempts]
    for words, expected in zip(told, ("degrees off", "mirrored", "another product"), strict=True):
        assert expected in words, told
    # Each starts from the one brief, plus all that was found before.
    assert len({attempt["prompt"] for attempt in attempts}) == 1 and attempts[0]["prompt"]
    constraints = [[finding["text"] for finding in attempt["constraints"]] for attempt in attempts]
    assert constraints[0] == [] and set(constraints[1]) < set(constraints[2])
    assert error["details"]["best"] in attempts


def test_the_identity_is_gated_by_the_same_checker(drifting, service, worker, request_document):
    """A neutral image or a character sheet that drifted would poison everything after it. A cut-out that
    came with the neutral image proves nothing about it."""
    drifting("hue", purpose="neutral")
    drifting("mirror", purpose="sheet")
    job_id = service.submit(request_document(None))
    worker()
    assert service.ended(job_id).state == "completed"
    steps = service.steps(job_id)
    for stage, words in (("neutral_fidelity", "degrees off towards"), ("sheet_fidelity", "mirrored")):
        first, second = steps[stage].output["attempts"]
        assert (first["verdict"], second["verdict"]) == ("drift", "pass"), (stage, first)
        assert words in first["findings"][0]["text"]
        assert second["constraints"] == first["findings"]
        assert steps[stage].output["asset_id"] == second["asset_id"] != first["asset_id"]
