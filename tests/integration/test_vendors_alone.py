"""Whole jobs on vendors alone, each behind its own document: every mode, and one in which a vendor has to
stand in for another. What no vendor sells, cutting the film, is the local engine's."""

from __future__ import annotations

from collections import defaultdict

import pytest

from genai.domain.enums import Capability
from genai.media.probe import probe
from genai.router import resume_step
from genai.store.hooks import make_due
from tests.harness.openai import EDIT, error
from tests.harness.studio import KEYS, Studio, painted

pytestmark = pytest.mark.timeout(900)  # films are cut by the real engine

_USUAL = {
    Capability.IMAGE: "openai,replicate",
    Capability.METADATA: "openai",
    Capability.SCRIPT: "openai",
    Capability.STORYBOARD: "openai",
    Capability.FIDELITY: "openai",
    Capability.AUDIO: "elevenlabs",
    Capability.VIDEO: "runway",
    Capability.LIP_SYNC: "replicate",
    Capability.STITCH: "local",
}
_HEARD = {"held_frame", "uncertain_alignment", "unheard_words"}
_INSTEAD = '{"script_video": {"video": "fal"}, "ugc": {"audio": "openai", "video": "replicate"}}'


@pytest.fixture
def studio(spec_server, instant, environment, monkeypatch, tmp_path) -> Studio:
    made = Studio(spec_server, tmp_path)
    selected = {f"GENAI_{capability.value.upper()}": names for capability, names in _USUAL.items()}
    for name, value in (made.environment() | selected | {"GENAI_PROVIDERS": _INSTEAD}).items():
        monkeypatch.setenv(name, value)
        environment[name] = value
    return made


@pytest.fixture
def done(studio, service, worker, request_document):
    """Runs a job on the studio; its row, and who was asked for what."""

    def run(mode, **settings):
        job_id = service.submit(request_document(mode, **settings))
        started = worker(concurrency=2)
        service.until(lambda: _hurried(service, job_id).finished_at, within=600)
        job = service.ended(job_id)
        assert (job.state, job.error) == ("completed", None), job.error
        asked = defaultdict(set)
        for row in _attempts(service, job_id):
            asked[row.capability].add(row.provider)
        assert float(job.output["cost"]["total"]) == pytest.approx(
            sum(float(row.cost) for row in _attempts(service, job_id))
        )
        log = started.log.read_text()
        assert not [key for key in KEYS.values() if key in log]
        return job, dict(asked)

    return run


def _attempts(service, job_id):
    return service.rows(
        "SELECT a.* FROM attempts a JOIN steps s ON s.id = a.step_id WHERE s.job_id = :id ORDER BY a.id",
        id=job_id,
    )


def _hurried(service, job_id):
    """The job, once the vendors' hooks have come: what they have accepted is looked at now."""
    for row in service.rows("SELECT id FROM attempts WHERE state = 'submitted' AND poll_at > now()"):
        with service.runtime.database.transaction() as connection:
            step = make_due(connection, row.id)
        if step is not None:
            resume_step(service.runtime.database, str(step.job_id), step.key)
    return service.job(job_id)


def test_an_image_bundle(studio, done, service):
    job, asked = done("image_bundle", scenes=2)
    assert asked == {
        "image": {"openai", "replicate"},
        "metadata": {"openai"},
        "storyboard": {"openai"},
        "fidelity": {"openai"},
    }
    assert [image["scene"] for image in job.output["images"]] == [1, 2]
    assert (job.output["images"][0]["width"], job.output["images"][0]["height"]) == (1080, 1080)
    # The cut-outs were made by the vendor that does that.
    assert {cutout["media_type"] for cutout in job.output["identity"]["cutouts"]} == {"image/png"}
    assert job.output["degraded"] is False
    assert len(studio.servers["replicate"].asked("POST /predictions")) == 1


@pytest.mark.parametrize(
    ("mode", "settings", "asked"),
    [
        ("fast_video", {"scenes": 3, "duration": 4.0}, {"video": {"runway"}}),
        (
            "script_video",
            {"script": "Tea tastes better from it. Take it home."},
            {"video": {"fal"}, "audio": {"elevenlabs"}},
        ),
        (
            "ugc",
            {"script": "Tea tastes better from it. Take it home."},
            {"audio": {"openai"}, "lip_sync": {"replicate"}},
        ),
    ],
)
def test_a_film(done, service, mode, settings, asked):
    job, found = done(mode, preview=True, music="none", **settings)
    assert {name: found.get(name) for name in asked} == asked
    (video,) = job.output["videos"]
    film = probe(service.runtime.assets.path(video["asset_id"]))
    assert film.duration == pytest.approx(sum(cut["duration"] for cut in video["cuts"]), abs=0.05)
    # These clips stand still and repeat their picture, and words are heard where others were said: the
    # report and the marks say so, and nothing else.
    assert {mark["reason"] for mark in job.output["marks"]} <= {"qc_failed", *_HEARD}


def test_another_vendor_stands_in(studio, done, service):
    """OpenAI's picture model goes while the job runs: Replicate's is asked, and everything says so."""
    gone = error("model_not_found", "The model does not exist.")
    pictures = studio.servers["openai"].answer(EDIT, 200, painted).then(200, painted)
    pictures.then(404, gone)  # from the first scene on
    job, asked = done("image_bundle", scenes=1)
    assert asked["image"] == {"openai", "replicate"}
    assert job.output["degraded"] is True
    assert "fallback_provider" in {mark["reason"] for mark in job.output["marks"]}
    assert "fallback_provider" in {mark["reason"] for mark in job.output["images"][0]["marks"]}
