"""Redis holds the chord's counters: without them the assemble stage still runs, once."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("fault", ["flushed", "restarted"])
def test_in_the_middle_of_a_chord(
    service, own_redis, celery_backend, up_to_its_scenes, scheduler, fault, hold_true
):
    job_id, _ = up_to_its_scenes(3)
    hold = service.control / "hold.image.scene"
    hold.touch()
    (service.control / "hold.storyboard").unlink()
    # Both processes are at a scene, so the one that has sent the chord is done with that.
    service.until(lambda: sum(c["call"].startswith("image.scene") for c in service.calls()) == 2)
    if fault == "flushed":
        own_redis.flush()
        hold.unlink()
    else:
        celery_backend.kill()
        hold.unlink()
        celery_backend.restart()
    scheduler()
    assert service.ended(job_id).state == "completed"
    assert service.job(job_id).recoveries >= 1
    assert service.steps(job_id)["bundle"].fence == 1
    hold_true()
