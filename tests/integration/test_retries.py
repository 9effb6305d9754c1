"""Retries in all their forms: what is made again, and only that, with the exact number of calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from genai.contracts import load_request
from genai.errors import ContractError, InvalidInput
from genai.router import modes

Redo = Callable[..., tuple[Any, Counter[str]]]


@pytest.fixture
def retry(service) -> Callable[..., str]:
    """Submits a retry of a job; its id."""
    numbers = iter(range(100))

    def submit(job_id: str, **wanted: Any) -> str:
        document = {
            "contract": 2,
            "job_type": "retry",
            "idempotency_key": f"retry-{next(numbers)}",
            "retry": {"job_id": job_id, **wanted},
        }
        return str(service.submit(document))

    return submit


@pytest.fixture
def redo(service, retry) -> Redo:
    """Makes a part of a job again and waits for it; its row, and the provider's calls. The job that it was
    a part of is untouched, its steps are on the retry queue, and what it takes over it only refers to."""

    def run(job_id: str, **wanted: Any) -> tuple[Any, Counter[str]]:
        before = service.job(job_id), _steps(service, job_id), len(service.events(job_id))
        made = len(service.calls())
        again = service.ended(retry(job_id, **wanted))
        assert (again.state, again.error, str(again.retry_of)) == ("completed", None, job_id)
        assert (service.job(job_id), _steps(service, job_id), len(service.events(job_id))) == before
        steps = service.steps(str(again.id))
        assert {step.queue for step in steps.values()} == {"retry"}
        for key, step in steps.items():
            if step.source_id is not None:
                original = before[1][key]
                assert step.source_id == (original["source_id"] or original["id"])
                assert (step.output, step.fence) == (None, 0)
        return again, Counter(call["call"] for call in service.calls()[made:])

    return run


def _steps(service, job_id: str) -> dict[str, dict[str, Any]]:
    """The steps' rows but for the text that a signal writes when it comes to it."""
    rows = {key: dict(step._mapping) for key, step in service.steps(job_id).items()}
    return {key: {**row, "failure_text": None} for key, row in rows.items()}


def _made(service, job) -> list[str]:
    return [key for key, step in service.steps(str(job.id)).items() if step.source_id is None]


PICTURES = {f"image.scene.{n}": 1 for n in (1, 2, 3)}


def test_the_forms_of_pictures(service, worker, request_document, redo):
    worker()
    first = service.submit(request_document("image_bundle", scenes=3))
    service.ended(first)

    # The neutral image: metadata and storyboard stay.
    _, calls = redo(first, stage="neutral_image", scope="only")
    assert calls == {"image.neutral.None": 1, "image.sheet.None": 1, **PICTURES, "fidelity": 5}

    # Storyboard suggestions: the metadata stays, the storyboard grows anew from them.
    job, calls = redo(first, stage="storyboard_seeds", scope="only", prompt_adjustment="in autumn")
    assert calls == {"seeds": 1, "storyboard": 1, **PICTURES, "fidelity": 3}
    assert "metadata" not in _made(service, job)
    # What is planned with the adjustment is not adjusted a second time.
    told = {call["call"]: call for call in service.calls()}
    assert told["storyboard"]["prompt"] == "a plain campaign\nin autumn"
    assert told["image.scene.1"]["adjustment"] == ""

    # A picture, and a picture and all after it.
    job, calls = redo(first, stage="image", scene=2, scope="only", prompt_adjustment="warmer light")
    assert calls == {"image.scene.2": 1, "fidelity": 1}
    assert _made(service, job) == ["scene_2.image", "scene_2.fidelity", "bundle"]
    assert service.calls()[-2]["adjustment"] == "warmer light"
    _, calls = redo(first, stage="image", scene=2, scope="onward")
    assert calls == {"image.scene.2": 1, "image.scene.3": 1, "fidelity": 2}

    # A named stage of a job that has it.
    job, calls = redo(first, stage="bundle", scope="only")
    assert (calls, _made(service, job)) == ({}, ["bundle"])

    # Another look for one scene: that alone is made again, and a retry of the retry goes on from there.
    edited, calls = redo(first, edits={"3": {"words": {"headline": "First frost"}, "setting": "surface"}})
    assert calls == {"image.scene.3": 1, "fidelity": 1}
    scene = edited.output["storyboard"][2]
    assert (scene["words"]["headline"], scene["setting"]) == ("First frost", "surface")
    further, calls = redo(str(edited.id), stage="image", scene=1, scope="only")
    assert calls == {"image.scene.1": 1, "fidelity": 1}
    assert further.output["storyboard"][2] == scene


def test_the_forms_of_clips(service, worker, request_document, redo):
    worker()
    first = service.submit(request_document("fast_video", scenes=3, duration=6))
    service.ended(first)

    job, calls = redo(first, stage="video", scene=2, scope="only")
    assert calls == {"video.2": 1, "fidelity": 1, "stitch": 1}
    assert _made(service, job) == ["scene_2.video", "scene_2.video_fidelity", "stitch"]
    _, calls = redo(first, stage="video", scene=2, scope="onward")
    assert calls == {"video.2": 1, "video.3": 1, "fidelity": 2, "stitch": 1}
    _, calls = redo(first, stage="image", scene=1, scope="only")
    assert calls == {"image.scene.1": 1, "video.1": 1, "fidelity": 2, "stitch": 1}
    _, calls = redo(first, stage="stitch", scope="only")
    assert calls == {"stitch": 1}

    _, calls = redo(first, edits={"1": {"words": {"headline": "First frost"}}})
    assert calls == {"image.scene.1": 1, "video.1": 1, "fidelity": 2, "stitch": 1}
    # How long it is seen matters to the clip, and not to its picture.
    _, calls = redo(first, edits={"1": {"duration": 2.0}})
    assert calls == {"video.1": 1, "fidelity": 1, "stitch": 1}


def test_the_forms_of_what_is_said(service, worker, request_document, redo, retry):
    worker()
    first = service.submit(request_document("ugc", prompt="tea"))
    job = service.ended(first)
    assert [scene["kind"] for scene in job.output["storyboard"]] == ["presenter", "product", "product"]

    # Other words are spoken, and seen spoken; the picture that is shown meanwhile stays.
    job, calls = redo(first, edits={"2": {"speech": "It is a very good teapot."}})
    assert calls == {"audio.speech": 1, "video.2": 1, "fidelity": 1, "stitch": 1}
    assert "very" in [word["text"] for word in job.output["transcript"]["words"]]
    job, calls = redo(first, edits={"1": {"speech": "Look at this one."}})
    assert calls == {"audio.speech": 1, "lip_sync.1": 1, "stitch": 1}
    # The presenter's scene has no clip of the product.
    with pytest.raises(InvalidInput) as refused:
        retry(first, stage="video", scene=1, scope="only")
    assert (refused.value.pointer, "lip_sync" in str(refused.value)) == ("/retry/scene", True)


def test_other_words_of_a_narrated_scene(service, worker, request_document, redo):
    worker()
    first = service.submit(request_document("script_video", script="Look. It is made of clay."))
    assert service.ended(first).state == "completed"
    _, calls = redo(first, edits={"2": {"speech": "It is made of stone."}})
    assert calls["audio.speech"] == calls["video.2"] == calls["stitch"] == 1
    assert {name for name in calls if name.startswith(("image", "script", "storyboard"))} == set()


def test_a_failed_job_s_own_retry_resumes_it_at_the_point_of_failure(service, worker, request_document, redo):
    worker()
    broken = service.control / "permanent.image.scene.2"
    broken.touch()
    first = service.submit(request_document("image_bundle", scenes=3))
    failed = service.ended(first)
    assert failed.state == "failed"
    done = {key for key, step in service.steps(first).items() if step.state == "succeeded"}
    asked = len(service.calls())

    # As it stands, and while it still fails: its own retry goes on where this one ends.
    again = service.ended(service.submit(failed.error["retry"]))
    assert (again.state, str(again.retry_of)) == ("failed", first)
    made_again = {call["call"] for call in service.calls()[asked:]}
    assert made_again <= {"image.scene.1", "image.scene.2", "image.scene.3", "fidelity"}
    broken.unlink()
    asked = len(service.calls())
    made_before = {key for key, step in service.steps(str(again.id)).items() if step.state == "succeeded"}
    last = service.ended(service.submit(again.error["retry"]))
    assert (last.state, str(last.retry_of)) == ("completed", str(again.id))
    assert not made_before & set(_made(service, last))
    assert done <= made_before
    new = [call["call"] for call in service.calls()[asked:]]
    assert new.count("image.scene.2") == 1
    everything = Counter(call["call"] for call in service.calls())
    assert everything["image.neutral.None"] == everything["storyboard"] == everything["image.scene.1"] == 1
    assert everything["image.scene.2"] == 3
    # The same again is the same job.
    assert service.submit(again.error["retry"]) == str(last.id)


def test_what_a_retry_leaves_undone_is_done_as_it_was_asked(service, worker, request_document, retry):
    worker(concurrency=1)
    first = service.submit(request_document("image_bundle", scenes=2))
    service.ended(first)
    broken = service.control / "permanent.image.scene.2"
    broken.touch()
    failed = service.ended(retry(first, stage="image", scene=1, scope="onward", prompt_adjustment="darker"))
    assert failed.state == "failed"
    broken.unlink()
    last = service.ended(service.submit(failed.error["retry"]))
    assert last.state == "completed"
    assert {call["adjustment"] for call in service.calls() if call["call"] == "image.scene.2"} == {
        "",
        "darker",
    }
    assert service.calls()[-2]["adjustment"] == "darker"


def test_settings_that_may_change(service, worker, request_document, redo, retry):
    (service.control / "verdicts").write_text("unsure\n" * 2)
    worker()
    strict = {"fidelity": {"on_unsure": "fail"}, "allow_degraded": False, "budget": 9, "priority": 1}
    first = service.submit(request_document("image_bundle", scenes=1, **strict))
    assert service.ended(first).error["code"] == "fidelity"
    changed = {
        "fidelity": {"on_unsure": "accept"},
        "allow_degraded": True,
        "budget": 7.5,
        "priority": 4,
    }
    job, calls = redo(first, settings=changed)
    assert calls == {"fidelity": 1}
    assert job.output["degraded"]
    assert job.priority == 4
    settings = job.brief["settings"]
    assert (settings["budget"], settings["allow_degraded"]) == (7.5, True)
    assert settings["fidelity"] == {"on_cap": "fail", "on_unsure": "accept"}
    # They hold for retries of the retry, as far as those say nothing else.
    further = service.job(retry(str(job.id), stage="image", scene=1, scope="only", settings={"priority": 0}))
    assert (further.priority, further.brief["settings"]["budget"]) == (0, 7.5)


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"settings": {"aspect": "9:16"}}, "/retry/settings/aspect"),
        ({"settings": {"scenes": 3}}, "/retry/settings/scenes"),
        ({"settings": {"language": "de"}}, "/retry/settings/language"),
        ({"edits": {"1": {"number": 2}}}, "/retry/edits/1/number"),
        ({"edits": {"1": {"kind": "footage"}}}, "/retry/edits/1/kind"),
        ({"edits": {"1": {"seed": 3}}}, "/retry/edits/1/seed"),
        ({"stage": "image", "scope": "onward"}, "/retry/scene"),
        ({"scene": 2}, "/retry/stage"),
        ({"scope": "only"}, "/retry/stage"),
    ],
)
def test_what_may_not_change_is_refused_by_its_field(wanted, pointer):
    document = {
        "contract": 2,
        "job_type": "retry",
        "idempotency_key": "k",
        "retry": {"job_id": "7b7a3a3e-2f0b-4a55-9d7f-6b0e4ab8c001", **wanted},
    }
    with pytest.raises(ContractError) as refused:
        load_request(document, modes())
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_what_the_job_does_not_have_is_refused_by_its_field(service, worker, request_document, retry):
    running = service.submit(request_document("image_bundle", key="k0", scenes=1))
    with pytest.raises(InvalidInput) as refused:
        retry(running)
    assert refused.value.pointer == "/retry/job_id"
    worker()
    service.ended(running)
    headline = service.job(running).output["storyboard"][0]["words"]["headline"]
    for wanted, pointer in (
        ({"edits": {"1": {"words": {"headline": headline}}}}, "/retry/edits"),  # nothing new
        ({"edits": {"9": {"setting": "studio"}}}, "/retry/edits/9"),
        ({"edits": {"1": {"speech": "Hello."}}}, "/retry/edits/1/speech"),
        ({"edits": {"1": {"duration": 2.0}}}, "/retry/edits/1/duration"),
        ({"stage": "storyboard", "scope": "only", "edits": {"1": {"setting": "studio"}}}, "/retry/edits"),
        ({"stage": "video", "scene": 1, "scope": "only"}, "/retry/stage"),
        ({}, "/retry/scope"),
    ):
        with pytest.raises(InvalidInput) as refused:
            retry(running, **wanted)
        assert refused.value.pointer == pointer, wanted
    assert len(service.rows("SELECT 1 FROM jobs")) == 1
