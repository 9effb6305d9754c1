"""Accept once, and admit fairly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from genai.errors import Conflict, InvalidInput
from genai.store.admission import admit


def test_fifty_at_once_with_one_key_give_one_job(service, request_document):
    document = request_document("image_bundle")
    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(lambda _: service.submit(document, admit=False), range(50)))
    assert len(ids) == 1
    assert len(service.rows("SELECT id FROM jobs")) == 1
    assert len(service.rows("SELECT id FROM audit")) == 1
    assert [event.number for event in service.events(ids.pop())] == [1]


def test_the_same_key_for_another_request_is_a_conflict(service, request_document):
    service.submit(request_document("image_bundle"), admit=False)
    with pytest.raises(Conflict):
        service.submit(request_document("image_bundle", prompt="something else"), admit=False)
    assert len(service.rows("SELECT id FROM jobs")) == 1


def test_clients_do_not_share_keys(service, request_document, photograph):
    first = service.submit(request_document("image_bundle"), admit=False)
    service.upload(photograph, client="globex")
    assert service.submit(request_document("image_bundle"), client="globex", admit=False) != first


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"settings": {"brand": {"logo": "0" * 64}}}, "/settings/brand/logo"),
        ({"product": {"product_id": "p", "name": "n", "images": [{"asset_id": "0" * 64}]}},
         "/product/images/0/asset_id"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_refused_and_leaves_nothing(service, request_document, change, pointer):
    with pytest.raises(InvalidInput) as refused:
        service.submit({**request_document("image_bundle"), **change})
    assert refused.value.pointer == pointer
    assert service.rows("SELECT id FROM jobs") == []
    assert service.rows("SELECT id FROM outbox") == []


def test_another_clients_asset_is_no_asset(service, request_document):
    with pytest.raises(InvalidInput) as refused:
        service.submit(request_document("image_bundle"), client="globex")
    assert refused.value.pointer == "/product/images/0/asset_id"


def _admit(service, **limits):
    with service.runtime.database.transaction() as connection:
        return admit(connection, **{"in_all": 100, "per_client": 100, "limits": {}, **limits})


def test_priority_first_then_clients_in_turn(service, request_document, photograph):
    service.upload(photograph, client="globex")
    batch = [service.submit(request_document("image_bundle", key=f"a{n}"), admit=False) for n in range(4)]
    urgent = service.submit(request_document("image_bundle", key="u", priority=5), admit=False)
    other = service.submit(request_document("image_bundle", key="b"), client="globex", admit=False)
    assert _admit(service, in_all=1) == [urgent]
    # The first client runs one already: the other one's first job is next, then the batch in order.
    assert _admit(service, in_all=2) == [other]
    assert _admit(service, in_all=3) == [batch[0]]


def test_limits_per_client_and_in_all_hold(service, request_document):
    for number in range(5):
        service.submit(request_document("image_bundle", key=f"k{number}"), admit=False)
    assert len(_admit(service, per_client=2)) == 2
    assert _admit(service, per_client=2) == []
    assert len(_admit(service, limits={"acme": 3})) == 1
    assert _admit(service, in_all=3) == []


def test_two_admissions_at_once_do_not_overfill(service, request_document):
    for number in range(8):
        service.submit(request_document("image_bundle", key=f"k{number}"), admit=False)
    with ThreadPoolExecutor(4) as pool:
        admitted = [job for jobs in pool.map(lambda _: _admit(service, in_all=3), range(4)) for job in jobs]
    assert len(admitted) == len(set(admitted)) == 3
