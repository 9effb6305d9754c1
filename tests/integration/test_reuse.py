"""The product's identity is made once, whichever job needs it first."""

from __future__ import annotations

from collections import Counter

IDENTITY_CALLS = ("image.neutral.None", "image.sheet.None", "metadata", "seeds")


def test_a_later_job_of_the_product_reuses_its_identity(service, worker, request_document):
    first = service.submit(request_document(None, key="k1"))
    worker()
    service.ended(first)
    before = len(service.calls())

    second = service.submit(request_document("image_bundle", key="k2", scenes=1))
    service.ended(second)

    new = [call["call"] for call in service.calls()[before:]]
    assert sorted(new) == ["fidelity", "image.scene.1", "storyboard"]
    made = service.steps(first)
    for key in ("neutral_image", "neutral_fidelity", "metadata", "character_sheet", "sheet_fidelity"):
        reused = service.steps(second)[key]
        assert reused.source_id == made[key].id
        assert reused.output is None
    assert service.job(second).output["identity"] == service.job(first).output["identity"]


def test_two_jobs_at_once_make_it_once(service, worker, request_document):
    hold = service.control / "hold.image.neutral"
    hold.touch()
    jobs = [service.submit(request_document("image_bundle", key=f"k{n}", scenes=1)) for n in (1, 2)]
    worker(concurrency=2)
    # The second one waits for the first one's picture without holding a process.
    waits = (
        "SELECT 1 FROM steps WHERE key = 'neutral_image' AND state = 'waiting' AND wait_reason = 'checkpoint'"
    )
    service.until(lambda: service.rows(waits))
    hold.unlink()
    for job in jobs:
        assert service.ended(job).state == "completed"
    count = Counter(call["call"] for call in service.calls())
    assert [count[name] for name in IDENTITY_CALLS] == [1, 1, 1, 1]


def test_another_fingerprint_is_another_product(service, worker, request_document):
    document = request_document(None, key="k1")
    first = service.submit(document)
    worker()
    service.ended(first)
    renamed = {**document, "idempotency_key": "k2", "product": {**document["product"], "name": "Kettle"}}
    second = service.submit(renamed)
    service.ended(second)
    count = Counter(call["call"] for call in service.calls())
    assert [count[name] for name in IDENTITY_CALLS] == [2, 2, 2, 2]


def test_clients_share_nothing(service, worker, request_document, photograph):
    first = service.submit(request_document(None, key="k1"))
    worker()
    service.ended(first)
    service.upload(photograph, client="globex")
    second = service.submit(request_document(None, key="k1"), client="globex")
    service.until(lambda: service.job(second).state == "completed")
    count = Counter(call["call"] for call in service.calls())
    assert count["image.neutral.None"] == 2
