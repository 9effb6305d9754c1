"""Sessions to hosts of the settings, over TLS and with deadlines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests.adapters

from genai.errors import FetchRefused
from genai.fetch.limits import FetchLimits
from genai.fetch.session import session, within
from tests.unit.fetch.conftest import Server, response
from tests.unit.fetch.test_client import CERTIFICATE, resolve


@pytest.fixture
def shop(start: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> Server:
    resolve(monkeypatch, "shop.test", "other.test")
    return start(CERTIFICATE)


def test_tls_is_checked(shop: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.answers["/"] = response(b"safe")
    with within(FetchLimits()), pytest.raises(requests.exceptions.SSLError):
        session().get(shop.url(host="shop.test"), timeout=60)
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", CERTIFICATE)
    with within(FetchLimits()), pytest.raises(requests.exceptions.SSLError):
        session().get(shop.url(host="other.test"), timeout=60)
    assert shop.heads == []
    with within(FetchLimits()):
        assert session().get(shop.url(host="shop.test"), timeout=60).content == b"safe"


def test_a_deadline_holds_over_tls_too(shop: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", CERTIFICATE)
    head = response(b"", "200 OK", "text/plain", "Content-Length: 99999")
    shop.answers["/"] = shop.endless(head, b"x", 0.02)
    with within(FetchLimits(total=0.3)), pytest.raises(FetchRefused) as caught:
        session().get(shop.url(host="shop.test"), timeout=60)
    assert caught.value.reason == "deadline"
