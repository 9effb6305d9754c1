"""Providers at the start of a process: in their orders, made once, with what is missing named."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Self

import pytest

from genai import bootstrap
from genai.capabilities.selection import Selection
from genai.domain.enums import Capability
from genai.domain.order import Order
from genai.errors import ConfigurationError
from genai.settings import Settings
from genai.vendors import Model, Vendor

IMAGE, AUDIO = Capability.IMAGE, Capability.AUDIO
HERE = {name: f"{__name__}:{name.capitalize()}" for name in ("plain", "sold", "unpacked")}


@dataclass
class Plain:
    """Offers pictures, and needs nothing."""

    name = "plain"
    model = "1"
    serving: bool = True

    def image(self, request: Any, call: Any) -> None: ...

    def serves(self, request: Any) -> bool:
        return self.serving


class Sold(Plain):
    name = "sold"

    @classmethod
    def for_vendor(cls, vendor: Vendor) -> Self:
        assert vendor.key
        return cls()


class Unpacked(Sold):
    name = "unpacked"

    @classmethod
    def for_vendor(cls, vendor: Vendor) -> Self:  # noqa: ARG003 - it does not come to that
        import a_vendors_package_that_is_not_there  # type: ignore[import-not-found]  # noqa: F401

        return cls()


VENDOR = Vendor("sold", "https://x.example", "a-key", models={"image": Model("m")})


@pytest.fixture
def build(monkeypatch):
    """The runtime of ``GENAI_IMAGE`` and ``GENAI_PROVIDERS`` on the providers above."""

    def build(image: str, instead: dict[str, Any] | None = None, *vendors: Vendor, providers: bool = True):
        monkeypatch.setattr(bootstrap, "_known", lambda: {**bootstrap._PROVIDERS, **HERE})
        monkeypatch.setenv("GENAI_IMAGE", image)
        monkeypatch.setenv("GENAI_PROVIDERS", json.dumps(instead or {}))
        configured = replace(Settings.from_env(), vendors={vendor.name: vendor for vendor in vendors})
        return bootstrap.build(configured, providers=providers)

    return build


def test_the_closest_order_holds():
    order = Order({IMAGE: (1,)}, {"ugc": {IMAGE: (2,)}, "video": {IMAGE: (3,)}, "ugc.video": {IMAGE: (4,)}})
    assert [order.of(IMAGE, mode, stage) for mode, stage in (
        ("", ""), ("ugc", "image"), ("fast_video", "video"), ("ugc", "video"), ("fast_video", "image"),
    )] == [(1,), (2,), (3,), (4,), (1,)]  # fmt: skip
    assert order.of(AUDIO, "ugc", "video") == ()
    assert list(order.everyone(IMAGE)) == [1, 2, 3, 4]


def test_each_is_made_once_wherever_it_is_named(build):
    runtime = build("plain, sold", {"ugc": {"image": "sold"}, "ugc.image": {"image": ""}}, VENDOR)
    usual = runtime.selection.of(IMAGE)
    assert [provider.name for provider in usual] == ["plain", "sold"]
    assert runtime.selection.of(IMAGE, "ugc")[0] is usual[1]
    assert runtime.selection.of(IMAGE, "ugc", "image") == runtime.offered.of(IMAGE, "ugc", "image") == ()
    with pytest.raises(ConfigurationError, match="GENAI_IMAGE: no provider offers the capability 'image'"):
        runtime.selection.first(IMAGE, "ugc", "image")


def test_one_that_does_not_offer_a_capability_is_passed_over(build, monkeypatch):
    monkeypatch.setenv("GENAI_AUDIO", "plain,sold")
    runtime = build("sold,plain", None, replace(VENDOR, models={"audio": Model("voice")}))
    # The vendor's entry has no model for images, the plain one no method for sounds, the class of the
    # vendor neither.
    assert runtime.offered.of(IMAGE) == ("plain",)
    assert runtime.offered.of(AUDIO) == ()


def test_one_that_cannot_serve_a_request_is_passed_over():
    selection = Selection({IMAGE: (Plain(serving=False), first := Plain(), Plain())})
    assert selection.able(IMAGE, object())[0] is first and len(selection.able(IMAGE, object())) == 2
    nobody = Selection({IMAGE: (Plain(serving=False),)})
    with pytest.raises(ConfigurationError, match="GENAI_IMAGE: plain cannot serve this request of stage 'x'"):
        nobody.able(IMAGE, object(), stage="x")


def test_who_has_accepted_work_is_found_wherever_it_is_named():
    kept = Plain()
    selection = Selection({IMAGE: ()}, {"ugc": {IMAGE: (kept,)}})
    assert selection.named(IMAGE, "plain") is kept
    with pytest.raises(ConfigurationError, match="GENAI_IMAGE: 'gone' has accepted work"):
        selection.named(IMAGE, "gone")


@pytest.mark.parametrize(
    ("image", "vendors", "says"),
    [
        ("nobody", (), "there is no provider 'nobody'; there are: .*local, .*plain, .*sold, unpacked"),
        ("sold", (), r"GENAI_VENDORS_FILE: there is no entry \[sold\]"),
        ("sold", (replace(VENDOR, key=""),), "GENAI_SOLD_KEY: provider 'sold' needs the vendor's key"),
        (
            "plain,unpacked",
            (replace(VENDOR, name="unpacked"),),
            r"pip install 'genai\[unpacked\]' \(a_vendors_package_that_is_not_there is missing\)",
        ),
    ],
)
def test_what_is_missing_is_named(build, image, vendors, says):
    with pytest.raises(ConfigurationError, match=says):
        build(image, None, *vendors)


def test_a_model_without_a_price_is_named_where_it_is_selected(build, caplog):
    models = {"image": Model("m"), "audio": Model("voice"), "image.cutout": Model("c", {"image": 0.0})}
    build("plain,sold", {"ugc": {"image": "sold"}}, replace(VENDOR, models=models))
    (line,) = caplog.messages
    assert line.startswith("GENAI_VENDORS_FILE: sold.use.image.prices: no price is set")


def test_a_process_that_runs_no_step_needs_no_key_and_knows_what_is_offered(build):
    runtime = build("sold", None, replace(VENDOR, key=""), providers=False)
    assert runtime.offered.of(IMAGE) == ("sold",)
    assert runtime.selection.of(IMAGE) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"ugc.vidoe": {"image": "plain"}}', "'ugc.vidoe' is no mode"),
        ('{"image_bundle.video": {"video": "local"}}', "'image_bundle.video' is no mode"),
        ('{"ugc": {"picture": "plain"}}', "expected"),
        ('{"ugc": {"image": ["plain"]}}', "expected"),
        ('["ugc"]', "expected"),
        ("{", "expected"),
    ],
)
def test_a_wrong_place_is_named(monkeypatch, text, says):
    monkeypatch.setenv("GENAI_PROVIDERS", text)
    with pytest.raises(ConfigurationError, match=f"GENAI_PROVIDERS: {says}"):
        bootstrap.build(Settings.from_env(), providers=False)
