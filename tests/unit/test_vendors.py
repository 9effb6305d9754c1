"""Vendors as the settings describe them: what ships, a deployment's own over it, keys of the environment."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date

import pytest

from genai.domain.enums import Capability
from genai.errors import ConfigurationError
from genai.settings import Settings
from genai.vendors import UNITS, Model, load_vendors, shipped

ACME = """
[acme]
url = "https://api.acme.example/v1"
result_hosts = ["cdn.acme.example"]
priced = 2026-10-01
source = "https://acme.example/pricing"
[acme.limit]
concurrency = 8
[acme.use.image]
model = "acme-image-2"
prices = { image = 0.25 }
options = { quality = "high", size = "large" }
[acme.use."image.cutout"]
model = "acme-cut-1"
prices = { call = 0.01, second = 0.002 }
inputs = { picture = "image" }
[acme.use.audio]
model = "acme-voice"
"""


def load(text: str, **keys: str):
    return load_vendors(text, "GENAI_VENDORS_FILE", keys, {})


def test_an_entry():
    acme = load(ACME, ACME="secret-of-acme")["acme"]
    assert (acme.url, acme.result_hosts, acme.limit.concurrency) == (
        "https://api.acme.example/v1",
        ("cdn.acme.example",),
        8,
    )
    assert (acme.priced, acme.source) == (date(2026, 10, 1), "https://acme.example/pricing")
    assert acme.model("image.cutout") == Model(
        "acme-cut-1", {"call": 0.01, "second": 0.002}, {"picture": "image"}
    )
    assert acme.model("video") is None
    assert [acme.offers(each) for each in (Capability.IMAGE, Capability.AUDIO, Capability.VIDEO)] == [
        True,
        True,
        False,
    ]
    # A checkpoint depends on all the models behind a capability.
    assert acme.model_of(Capability.IMAGE) == "acme-image-2 acme-cut-1"
    assert "secret-of-acme" not in repr(acme)


def test_a_price_is_the_sum_of_its_units():
    model = Model("m", {"call": 0.01, "second": 0.002})
    assert model.cost(call=1, second=5, image=3) == pytest.approx(0.02)
    assert Model("free").cost(image=10) == 0


def test_a_model_without_a_price_is_named_by_the_setting_that_has_it():
    acme = load(f'{ACME}[acme.use."audio.music"]\nmodel = "m"\nprices = {{ second = 0.0 }}\n')["acme"]
    assert list(acme.unpriced(Capability.AUDIO)) == ["acme.use.audio.prices"]
    assert list(acme.unpriced(Capability.IMAGE)) == []
    cutouts = replace(acme, models={"image.cutout": Model("m")})
    assert list(cutouts.unpriced(Capability.IMAGE)) == ['acme.use."image.cutout".prices']
    assert list(replace(cutouts, url="").unpriced(Capability.IMAGE)) == []  # an engine of this machine


def test_a_file_of_ones_own_lies_over_what_ships(monkeypatch, tmp_path):
    """Tables are laid over each other; a model's prices and inputs are replaced whole."""
    monkeypatch.setattr("genai.vendors.shipped", lambda: tomllib.loads(ACME))
    path = tmp_path / "vendors.toml"
    path.write_text(
        '[acme.use."image.cutout"]\nmodel = "acme-cut-2"\nprices = { call = 0.5 }\n'
        '[acme.use.image]\noptions = { size = "small" }\n[acme.limit]\nper_minute = 60\n'
        '[own]\nurl = "http://127.0.0.1:9/"\n'
    )
    monkeypatch.setenv("GENAI_VENDORS_FILE", str(path))
    monkeypatch.setenv("GENAI_ACME_KEY", "secret-of-acme")
    monkeypatch.setenv("GENAI_ACME_URL", "http://127.0.0.1:8080")
    read = Settings.from_env()
    acme = read.vendors["acme"]
    assert (acme.url, acme.key, acme.limit.concurrency, acme.limit.per_minute) == (
        "http://127.0.0.1:8080",
        "secret-of-acme",
        8,
        60,
    )
    cutout = acme.model("image.cutout")
    assert cutout == Model("acme-cut-2", {"call": 0.5}, {"picture": "image"})
    assert acme.models["image"].options == {"quality": "high", "size": "small"}
    assert read.vendors["own"].key == "" and not read.vendors["own"].models
    assert "secret-of-acme" in read.secrets


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[acme", "is no TOML"),
        ("[acme]\nkey = 'secret-of-acme'\nurl = 'https://x.example'", "acme.key: Unknown field"),
        ("[acme]\nurl = 'ftp://x'", "acme.url"),
        ("[acme]\nlimit = 3\nurl = 'https://x.example'", "acme.limit"),
        ("acme = 3", "acme is no table"),
        ("[acme]\nurl = 'https://x.example'\n[acme.use.poem]\nmodel = 'm'", "acme.use.poem: is none of"),
        (
            "[acme]\nurl = 'https://x.example'\n[acme.use.image]\nprices = {image = 1}",
            "image.value.model",
        ),
        (
            "[acme]\nurl = 'https://x.example'\n[acme.use.image]\nmodel = 'm'\nprices = {picture = 1}",
            "picture.key: Must be one of",
        ),
        (
            "[acme]\nurl = 'https://x.example'\n[acme.use.image]\nmodel = 'm'\nprices = {image = -1}",
            "image.value: Must be greater",
        ),
    ],
)
def test_a_wrong_entry_is_named(text, says):
    with pytest.raises(ConfigurationError) as wrong:
        load(text)
    assert str(wrong.value).startswith("GENAI_VENDORS_FILE: ") and says in str(wrong.value)
    assert "secret-of-acme" not in str(wrong.value)


def test_a_file_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("GENAI_VENDORS_FILE", "/nowhere/vendors.toml")
    with pytest.raises(ConfigurationError, match="GENAI_VENDORS_FILE: cannot be read"):
        Settings.from_env()


def test_what_ships_can_be_read_and_says_where_its_prices_are_from():
    for name, vendor in load("").items():
        assert [place for each in Capability for place in vendor.unpriced(each)] == []
        assert name in shipped()
        priced = [model for model in vendor.models.values() if model.prices]
        assert not priced or (vendor.priced and vendor.source), name
        assert {unit for model in priced for unit in model.prices} <= set(UNITS)
