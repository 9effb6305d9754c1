"""Whatever the contract accepts is written down so that loading it again gives the same request."""

from __future__ import annotations

import json
import string
import unicodedata
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema

from genai.contracts import (
    SettingsSchema,
    canonical_json,
    dump_request,
    dump_with_fingerprint,
    fingerprint,
    load_request,
)
from genai.contracts.fields import Flag
from genai.contracts.product import VIEWS
from genai.domain.enums import Aspect, Composition, JobType, Mode, Scope
from genai.domain.request import (
    BrandSettings,
    CaptionSettings,
    FidelityPolicy,
    Footage,
    JobRequest,
    OutputSettings,
    ProductImage,
    ProductSnapshot,
    RetryRequest,
)
from genai.errors import ContractError

fewer = settings(max_examples=60)

letters = st.characters(exclude_categories=("Cc", "Cs"))


def words(most: int, *, least: int = 1, lines: bool = False) -> st.SearchStrategy[str]:
    alphabet = st.one_of(letters, st.sampled_from("\n\t")) if lines else letters
    made = st.text(alphabet, min_size=least, max_size=min(most, 40)).map(
        lambda text: unicodedata.normalize("NFC", text)
    )
    return made.filter(lambda text: least <= len(text) <= most and (not least or bool(text.strip())))


asset_ids = st.text("0123456789abcdef", min_size=64, max_size=64)
job_ids = st.uuids().map(str)
colors = st.text("0123456789abcdefABCDEF", min_size=6, max_size=6).map(lambda digits: f"#{digits}")
addresses = st.text(string.ascii_lowercase, min_size=1, max_size=20).map(
    lambda host: f"https://{host}.example/a"
)
images = st.one_of(
    st.builds(ProductImage, asset_id=asset_ids, view=st.none() | st.sampled_from(VIEWS)),
    st.builds(ProductImage, url=addresses, view=st.none() | st.sampled_from(VIEWS)),
)
products = st.builds(
    ProductSnapshot,
    product_id=words(200),
    name=words(200),
    images=st.lists(images, min_size=1, max_size=10).map(tuple),
    brand=st.none() | words(200),
    description=words(5000, least=0, lines=True),
    category=st.none() | words(200),
    links=st.lists(addresses, max_size=5).map(tuple),
    attributes=st.dictionaries(words(60), words(500, lines=True), max_size=5),
)
policies = st.builds(
    FidelityPolicy,
    on_cap=st.sampled_from(("fail", "best")),
    on_unsure=st.sampled_from(("accept", "regenerate", "fail")),
)
brands = st.builds(
    BrandSettings,
    logo=st.none() | asset_ids,
    colors=st.lists(colors, max_size=8).map(tuple),
    font=st.none() | words(100),
)
general = {
    "language": st.sampled_from(("en", "pt-BR", "zh-Hans-CN", "yue")),
    "priority": st.integers(0, 9),
    "budget": st.none() | st.floats(0, 10_000),
    "allow_degraded": st.booleans(),
    "fidelity": policies,
}
still = general | {
    "aspect": st.sampled_from(Aspect),
    "composition": st.sampled_from(Composition),
    "scenes": st.none() | st.integers(3, 12),
    "scene_compositions": st.dictionaries(st.integers(1, 3), st.sampled_from(Composition)),
    "brand": brands,
    "variants": st.integers(1, 4),
    "preview_of": st.none() | job_ids,
    "review": st.booleans(),
}
moving = still | {
    "captions": st.builds(
        CaptionSettings,
        enabled=st.booleans(),
        position=st.sampled_from(("lower", "middle", "upper")),
        highlight=st.none() | colors,
    ),
    "music": st.sampled_from(("made", "none")) | asset_ids,
    "footage": st.lists(
        st.builds(Footage, asset_id=asset_ids, scene=st.none() | st.integers(1, 3)),
        max_size=3,
        unique_by=lambda clip: clip.scene or object(),
    ).map(tuple),
}
duration = st.floats(3, 180)
spoken = moving | {
    "script": st.none() | words(20_000, lines=True),
    "voice": st.none() | words(100),
    "speech_rate": st.floats(0.7, 1.4),
    "voice_over": st.none() | asset_ids,
}
settings_of: dict[str | None, dict[str, Any]] = {
    None: general,
    Mode.IMAGE_BUNDLE.value: still,
    Mode.FAST_VIDEO.value: moving | {"duration": duration},
    Mode.SCRIPT_VIDEO.value: spoken,
    Mode.UGC.value: spoken | {"duration": duration, "presenter": st.none() | words(100)},
}
metadata = st.dictionaries(
    words(20),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | words(20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words(10), inner, max_size=3),
        max_leaves=8,
    ),
    max_size=3,
).filter(lambda value: len(canonical_json(value)) < 10_000 and depth(value) <= 10)


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max((depth(item) for item in inner), default=0)


keys = st.text(string.ascii_letters + string.digits + string.punctuation, min_size=1, max_size=200)
edits = st.fixed_dictionaries(
    {},
    optional={
        "prompt": words(4000, lines=True),
        "composition": st.sampled_from([word.value for word in Composition]),
        "camera": st.fixed_dictionaries({}, optional={"shot": st.just("wide"), "angle": st.just("low")}),
        "palette": st.lists(colors, min_size=1, max_size=8),
        "words": st.fixed_dictionaries({}, optional={"headline": words(100, least=0)}),
        "season": st.none() | words(60),
        "duration": st.floats(0.5, 180),
    },
)
retries = st.one_of(
    st.builds(
        RetryRequest,
        job_id=job_ids,
        scope=st.just(Scope.MISSING),
        edits=st.dictionaries(st.integers(1, 60), edits, max_size=3),
    ),
    st.builds(
        RetryRequest,
        job_id=job_ids,
        stage=st.sampled_from(("image", "video", "neutral_image")),
        scene=st.integers(1, 60),
        scope=st.sampled_from(Scope),
        prompt_adjustment=st.none() | words(2000, lines=True),
    ),
)


@st.composite
def requests(draw: st.DrawFn) -> JobRequest:
    mode = draw(st.sampled_from(list(settings_of)))
    creation = mode is None
    return JobRequest(
        job_type=JobType.MARKETING_CREATION if creation else JobType.MARKETING_OUTPUT,
        idempotency_key=draw(keys),
        mode=mode,
        product=draw(products),
        prompt=draw(words(4000, least=0 if creation else 1, lines=True)),
        settings=OutputSettings(**_together(draw(st.fixed_dictionaries(settings_of[mode])))),
        metadata=draw(metadata),
    )


def _together(settings: dict[str, Any]) -> dict[str, Any]:
    """Without what the contract refuses beside something else."""
    if settings.get("script") is None and "voice_over" in settings:
        settings["voice_over"] = None
    if settings.get("preview_of") is not None:
        settings["review"] = False
    return settings


retry_requests = st.builds(
    JobRequest, job_type=st.just(JobType.RETRY), idempotency_key=keys, metadata=metadata, retry=retries
)


@fewer
@given(requests() | retry_requests)
def test_load_undoes_dump(request: JobRequest) -> None:
    document = json.loads(json.dumps(dump_request(request)))
    loaded = load_request(document, list(Mode))
    assert loaded == request
    assert dump_request(loaded) == document
    assert fingerprint(loaded) == fingerprint(request)


class Brief(SettingsSchema):
    """The settings of another package's mode."""

    review = Flag(load_default=False)


@fewer
@given(requests() | retry_requests, st.sampled_from((None, Brief)))
def test_a_document_and_its_fingerprint_take_one_dump(request: JobRequest, own: type[Schema] | None) -> None:
    modes = dict.fromkeys(map(str, Mode), own)
    document, written = dump_with_fingerprint(request, modes)
    assert document == dump_request(request, modes)
    assert written == fingerprint(request)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A request with a value somewhere replaced by anything, or with an unknown field."""
    document = dump_request(draw(requests() | retry_requests))
    place: Any = document
    while True:
        name = draw(
            st.sampled_from(sorted(place)) if isinstance(place, dict) else st.integers(0, len(place) - 1)
        )
        inner = place[name]
        if not isinstance(inner, dict | list) or not inner or draw(st.booleans()):
            place[name] = draw(anything)
            return document
        place = inner


@fewer
@given(damaged())
def test_nothing_but_a_contract_error(document: Any) -> None:
    """A damaged document is accepted, or refused with problems; it never crashes the contract."""
    with suppress(ContractError):
        canonical_json(dump_request(load_request(document, list(Mode))))
