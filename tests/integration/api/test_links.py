"""Links to assets: whoever has one may fetch that asset until it expires, and nothing else."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from genai.api import create_app
from genai.callbacks.payload import Links

BASE = "https://genai.example"
OLDER, NEWER = "older secret of links", "newer secret of links"


@pytest.fixture
def linked(service):
    """The service with two link secrets."""
    settings = replace(service.runtime.settings, link_secrets=(NEWER, OLDER), public_url=BASE)
    return replace(service, app=create_app(replace(service.runtime, settings=settings)))


def _fetch(service, link, **options):
    parts = urlsplit(link)
    return service.call("GET", f"{parts.path}?{parts.query}", client=None, **options)


@pytest.mark.parametrize("secret", [NEWER, OLDER])
def test_a_link_serves_the_asset_without_a_token(linked, picture, secret):
    asset = linked.upload(picture)
    link = Links(BASE, secret, 600).to("acme", asset)
    assert link.startswith(f"{BASE}/v1/assets/{asset}/content?expires=")
    whole = _fetch(linked, link)
    assert (whole.status_code, whole.data) == (200, picture.read_bytes())
    part = _fetch(linked, link, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, picture.read_bytes()[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.data)}"
    beyond = _fetch(linked, link, headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416


def test_no_other_link_serves_anything(linked, picture, tmp_path):
    asset = linked.upload(picture)
    links = Links(BASE, NEWER, 600)
    good = links.to("acme", asset)
    (expires,) = parse_qs(urlsplit(good).query)["expires"]
    (signature,) = parse_qs(urlsplit(good).query)["signature"]
    content = f"/v1/assets/{asset}/content"
    for name, link in {
        "expired": Links(BASE, NEWER, -120).to("acme", asset),
        "prolonged": f"{content}?expires={int(expires) + 1}&signature={signature}",
        "of another client": links.to("globex", asset),
        "of another asset": good.replace(asset, "0" * 64),
        "of another secret": Links(BASE, "somebody else's secret", 600).to("acme", asset),
        "without a time": f"{content}?signature={signature}",
        "with an odd time": f"{content}?expires=1e99&signature={signature}",
        "not text": f"{content}?expires={expires}&signature=%ff%00é",
        "empty": f"{content}?expires={expires}&signature=",
    }.items():
        response = _fetch(linked, link)
        assert response.status_code == 403, name
        assert response.content_type == "application/problem+json"
        assert signature not in response.text
    assert _fetch(linked, f"{good}&size=1").status_code == 422
    # It opens that one address, and leaves all others closed.
    for path in (f"/v1/assets/{asset}", "/v1/jobs", "/v1/deliveries"):
        assert _fetch(linked, f"{path}?expires={expires}&signature={signature}").status_code == 401


def test_a_link_ends_with_its_clients_asset(linked, picture):
    asset = linked.upload(picture)
    linked.upload(picture, client="globex")
    link = Links(BASE, NEWER, 600).to("acme", asset)
    with linked.runtime.database.transaction() as connection:
        connection.execute(text("DELETE FROM assets WHERE client = 'acme'"))
    assert _fetch(linked, link).status_code == 403


def test_without_secrets_no_link_is_accepted(service, picture):
    asset = service.upload(picture)
    assert _fetch(service, Links(BASE, "", 600).to("acme", asset)).status_code == 403


def test_a_link_holds_for_as_long_as_it_says():
    before = time.time()
    (expires,) = parse_qs(urlsplit(Links(BASE, NEWER, 600).to("acme", "a")).query)["expires"]
    assert int(expires) - before >= 600
    assert int(expires) - time.time() <= 661
