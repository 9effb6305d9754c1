"""The moving formats through real workers: their steps, what is called how often, what comes out."""

from __future__ import annotations

from collections import Counter

import pytest

from genai.contracts.events import EVENTS
from genai.contracts.output import OutputSchema
from genai.domain.enums import EventType
from genai.errors import Conflict, InvalidInput

SCRIPT = "Look at this teapot. It pours well. Take it home."


def _made(service, job_id: str) -> Counter[str]:
    """How often each stage was run for the job, rather than reused."""
    return Counter(step.stage for step in service.steps(job_id).values() if step.source_id is None)


def test_fast_video(service, worker, receiver, request_document):
    job_id = service.submit(request_document("fast_video", scenes=3, duration=3.2))
    worker()
    job = service.ended(job_id)
    assert (job.state, job.error) == ("completed", None)
    assert OutputSchema().validate(job.output) == {}
    for event in receiver.events():
        assert EVENTS[EventType(event["type"])]().validate(event) == {}
    (video,) = job.output["videos"]
    assert service.runtime.assets.exists(video["asset_id"])
    assert [cut["scene"] for cut in video["cuts"]] == [1, 2, 3]
    # The cuts come to the length, and the inner ones fall on the music's beats, a second apart.
    assert sum(cut["duration"] for cut in video["cuts"]) == pytest.approx(3.2)
    assert [round(cut["start"] * 30) % 30 for cut in video["cuts"][1:]] == [0, 0]
    names = Counter(call["call"] for call in service.calls())
    assert (names["audio.music"], names["audio.speech"], names["stitch"]) == (1, 0, 1)
    assert [names[f"video.{n}"] for n in (1, 2, 3)] == [1, 1, 1]
    told = {asset["role"] for event in receiver.events() for asset in event["data"].get("assets", [])}
    assert {"scene_image", "clip", "music", "video", "poster", "qc_report"} <= told


@pytest.mark.parametrize("broker_url", ["redis", "rabbitmq"], indirect=True)
def test_ugc_has_the_stages_of_each_kind_of_scene(service, worker, request_document):
    job_id = service.submit(request_document("ugc", script=SCRIPT))
    worker()
    job = service.ended(job_id)
    assert (job.state, job.error) == ("completed", None)
    assert OutputSchema().validate(job.output) == {}
    steps = service.steps(job_id)
    assert [step.stage for step in steps.values() if step.scene == 1] == ["audio", "lip_sync"]
    assert [step.stage for step in steps.values() if step.scene == 2] == [
        "audio", "image", "fidelity", "video", "video_fidelity",
    ]  # fmt: skip
    assert steps["scene_1.lip_sync"].queue == "avatar"
    assert "soundtrack" not in steps  # music is not usual here, and was not asked for
    words = [word["text"] for word in job.output["transcript"]["words"]]
    assert " ".join(words) == SCRIPT
    starts = [word["start"] for word in job.output["transcript"]["words"]]
    assert starts == sorted(starts)
    assert [sound["scene"] for sound in job.output["audio"]] == [1, 2, 3]
    script = next(
        asset for event in service.events(job_id) for asset in event.body["data"].get("assets", [])
        if asset["role"] == "script"
    )  # fmt: skip
    assert service.runtime.assets.path(script["asset_id"]).read_text() == SCRIPT


def test_another_aspect_reuses_script_speech_music_and_identity(service, worker, request_document):
    first = service.submit(request_document("script_video", key="k1", script=SCRIPT, aspect="9:16"))
    worker()
    service.ended(first)
    second = service.submit(request_document("script_video", key="k2", script=SCRIPT, aspect="1:1"))
    service.ended(second)
    assert _made(service, second) == {
        "intake": 1, "storyboard": 1, "image": 3, "fidelity": 3, "video": 3, "video_fidelity": 3,
        "stitch": 1,
    }  # fmt: skip
    names = Counter(call["call"] for call in service.calls())
    assert (names["audio.speech"], names["audio.music"]) == (3, 1)


def test_treatments_share_what_is_said(service, worker, request_document):
    job_id = service.submit(request_document("script_video", script=SCRIPT, variants=2))
    worker()
    job = service.ended(job_id)
    assert (job.state, job.error) == ("completed", None)
    assert [video["variant"] for video in job.output["videos"]] == [1, 2]
    assert [cut["scene"] for cut in job.output["videos"][1]["cuts"]] == [4, 5, 6]
    names = Counter(call["call"] for call in service.calls())
    assert (names["script"], names["audio.speech"], names["storyboard"]) == (1, 3, 2)
    prompts = [scene["prompt"] for scene in job.output["storyboard"]]
    assert len(set(prompts)) == 6


def test_the_chosen_treatment_is_what_a_retry_makes(service, worker, request_document):
    from genai.deciding import select

    job_id = service.submit(request_document("fast_video", scenes=3, duration=4.0, variants=2))
    worker()
    service.ended(job_id)
    select(service.runtime.database, "acme", job_id, 2)
    with pytest.raises(InvalidInput):
        select(service.runtime.database, "acme", job_id, 3)
    retry = {"job_id": job_id, "stage": "video", "scene": 5, "scope": "only"}
    again = service.submit({"contract": 2, "job_type": "retry", "idempotency_key": "r", "retry": retry})
    job = service.ended(again)
    assert (job.state, job.error) == ("completed", None)
    assert [video["variant"] for video in job.output["videos"]] == [2]
    assert _made(service, again) == {"video": 1, "video_fidelity": 1, "stitch": 1}


def test_a_scene_that_continues_begins_with_the_last_frame(service, worker, request_document):
    (service.control / "continues").write_text("2\n")
    job_id = service.submit(request_document("fast_video", scenes=3, duration=4.0))
    worker(concurrency=2)
    assert service.ended(job_id).state == "completed"
    steps = service.steps(job_id)
    assert "scene_1.video_fidelity" in steps["scene_2.image"].inputs
    calls = {call["call"]: call for call in service.calls()}
    assert "image.scene.2" not in calls
    (last,) = service.rows(
        "SELECT sha256 FROM step_assets a JOIN steps s ON s.id = a.step_id"
        " WHERE s.job_id = :id AND s.key = 'scene_1.video_fidelity' AND role = 'last_frame'",
        id=job_id,
    )
    assert calls["video.2"]["image"] == last.sha256
    assert steps["scene_2.image"].claimed_at > steps["scene_1.video_fidelity"].finished_at


def test_a_clip_that_drifts_is_made_again_from_its_picture(service, worker, request_document):
    (service.control / "clip_verdicts").write_text("drift\n")
    job_id = service.submit(request_document("fast_video", scenes=2, duration=3.0))
    worker()
    assert service.ended(job_id).state == "completed"
    attempts = sorted(call["attempt"] for call in service.calls() if call["call"].startswith("video."))
    assert attempts == [1, 1, 2]


def test_a_preview_is_small_and_its_plan_serves_the_full_rendering(service, worker, request_document):
    settings = {"scenes": 3, "duration": 4.0}
    preview = service.submit(request_document("fast_video", key="p", preview=True, **settings))
    worker()
    assert service.ended(preview).state == "completed"
    full = service.submit(request_document("fast_video", key="f", preview_of=preview, **settings))
    job = service.ended(full)
    assert (job.state, job.error) == ("completed", None)
    assert _made(service, full) == {"image": 3, "fidelity": 3, "video": 3, "video_fidelity": 3, "stitch": 1}
    assert job.output["storyboard"] == service.job(preview).output["storyboard"]
    for wrong in (full, "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(InvalidInput) as refused:
            service.submit(request_document("fast_video", key="w", preview_of=wrong, **settings))
        assert refused.value.pointer == "/settings/preview_of"


def test_a_job_rests_until_its_plan_is_approved(service, worker, receiver, request_document):
    from genai.deciding import approve

    job_id = service.submit(request_document("script_video", script=SCRIPT, review=True))
    worker()
    service.until(lambda: service.job(job_id).state == "awaiting_review")
    steps = service.steps(job_id)
    assert {step.state for step in steps.values() if step.phase == "scene"} == {"pending"}
    database = service.runtime.database
    with pytest.raises(InvalidInput) as refused:
        approve(database, "acme", job_id, {9: {"prompt": "x"}})
    assert refused.value.pointer == "/edits/9"
    approve(database, "acme", job_id, {2: {"speech": "It never drips.", "prompt": "A close look"}})
    with pytest.raises(Conflict):
        approve(database, "acme", job_id, {})
    job = service.ended(job_id)
    assert (job.state, job.error) == ("completed", None)
    words = " ".join(word["text"] for word in job.output["transcript"]["words"])
    assert words == "Look at this teapot. It never drips. Take it home."
    assert job.output["storyboard"][1]["prompt"] == "A close look"
    states = [event["data"]["state"] for event in receiver.events()]
    assert "awaiting_review" in states


def test_own_recording_is_cut_to_its_scenes(service, worker, request_document, tmp_path):
    from genai_instant.film import write_sound

    recording = tmp_path / "voice.wav"
    write_sound(recording, 4.0)
    document = request_document("script_video", script=SCRIPT, voice_over=service.upload(recording))
    job_id = service.submit(document)
    worker()
    job = service.ended(job_id)
    assert (job.state, job.error) == ("completed", None)
    names = Counter(call["call"] for call in service.calls())
    assert (names["audio.alignment"], names["audio.speech"]) == (1, 0)
    spans = [scene["recorded"] for scene in job.output["storyboard"]]
    assert spans[0][0] == 0
    assert [span[1] for span in spans[:-1]] == [span[0] for span in spans[1:]]


def test_own_footage_stands_in_its_scene_and_as_one_of_its_own(service, worker, request_document, tmp_path):
    from genai_instant.film import write_video

    clip = tmp_path / "clip.mp4"
    write_video(clip, 45, 90)
    asset = service.upload(clip)
    footage = [{"asset_id": asset, "scene": 2}, {"asset_id": asset}]
    job_id = service.submit(request_document("fast_video", scenes=4, duration=5.0, footage=footage))
    worker()
    job = service.ended(job_id)
    assert (job.state, job.error) == ("completed", None)
    kinds = [scene["kind"] for scene in job.output["storyboard"]]
    assert kinds == ["product", "footage", "footage", "product"]
    assert sum(cut["duration"] for cut in job.output["videos"][0]["cuts"]) == pytest.approx(5.0)
    assert not {"image", "fidelity"} & {
        step.stage for step in service.steps(job_id).values() if step.scene == 2
    }


def test_music_that_is_no_sound_is_refused_by_name(service, request_document, photograph):
    with pytest.raises(InvalidInput) as refused:
        service.submit(request_document("fast_video", music=service.upload(photograph)))
    assert refused.value.pointer == "/settings/music"
