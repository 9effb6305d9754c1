"""The tables of docs/providers.md are those of the code: ``python -m tests.unit.test_providers_page`` writes
them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from genai.bootstrap import _PROVIDERS, provider
from genai.capabilities.base import Selective
from genai.providers.local.provider import LocalProvider
from genai.vendors import Vendor, load_vendors
from tests.conformance.asked import REQUESTS, cutout
from tests.harness.network import write_network

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "providers.md"
LOCAL = "local"
# Small prices are told for as many units as vendors tell them for.
MANY = {
    "character": (1000, "1,000 characters"),
    "input_token": (1_000_000, "million tokens in"),
    "input_image_token": (1_000_000, "million tokens of pictures in"),
    "output_token": (1_000_000, "million tokens out"),
}


def vendors() -> dict[str, Vendor]:
    """Those with an adapter, in the order in which it is registered."""
    shipped = load_vendors("", "the shipped file", {}, {})
    return {name: shipped[name] for name in _PROVIDERS if name in shipped}


def offers() -> Iterator[list[str]]:
    """Whether the providers themselves say that they serve a request of each kind."""
    with TemporaryDirectory() as folder:
        options = {"path": str(write_network(Path(folder) / "network.onnx"))}
        providers: list[Any] = [LocalProvider()]
        for vendor in vendors().values():
            models = {
                use: replace(model, options=options | dict(model.options))
                for use, model in vendor.models.items()
            }
            entry = replace(vendor, key="a key", models=models if vendor.name == "onnx" else vendor.models)
            providers.append(provider(vendor.name, {vendor.name: entry}))
        yield ["", *(each.name for each in providers)]
        for kind, make in {"image.cutout": cutout, **REQUESTS}.items():
            capability, request = kind.partition(".")[0], make(Path(folder))
            cells = [
                hasattr(each, capability) and (not isinstance(each, Selective) or each.serves(request))
                for each in providers
            ]
            yield [f"`{kind}`", *("yes" if cell else "" for cell in cells)]


def needs() -> Iterator[list[str]]:
    yield ["provider", "key", "extra", "address"]
    yield [f"`{LOCAL}`", "", "`worker`", "this machine"]
    for name, vendor in vendors().items():
        key = f"`GENAI_{name.upper()}_KEY`" if vendor.url else ""
        yield [f"`{name}`", key, f"`{name}`", f"`{vendor.url}`" if vendor.url else "this machine"]


def costs() -> Iterator[list[str]]:
    yield ["provider", "use", "model", "price", "as of"]
    for name, vendor in vendors().items():
        for use, model in vendor.models.items():
            prices = "; ".join(price(unit, dollars) for unit, dollars in model.prices.items())
            as_of = str(vendor.priced) if prices and vendor.priced else ""
            yield [f"`{name}`", f"`{use}`", f"`{model.name}`", prices, as_of]


def price(unit: str, dollars: float) -> str:
    many, words = MANY.get(unit, (1, unit))
    amount = f"{dollars * many:.7f}".rstrip("0").rstrip(".")
    return f"${amount} {'for' if words[0].isdigit() else 'a'} {words}"


TABLES = {"offers": offers, "needs": needs, "costs": costs}


def rendered(name: str) -> str:
    head, *rows = ["| " + " | ".join(cells) + " |" for cells in TABLES[name]()]
    rule = "|" + "---|" * head.count(" | ") + "---|"
    return "\n".join([head, rule, *rows])


def place(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- {name} -->\n)(.*?)(?=<!-- end -->)", re.DOTALL)


@pytest.mark.parametrize("name", TABLES)
def test_the_page_has_the_table(name: str) -> None:
    found = place(name).search(PAGE.read_text())
    assert found is not None
    assert found[0].strip() == rendered(name)


def test_every_provider_has_its_extra_and_its_row() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert [name for name in vendors() if name not in extras or name not in extras["vendors"][0]] == []
    cannot = PAGE.read_text().partition("## What they cannot do")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)`", cannot, re.MULTILINE) == [LOCAL, *vendors()]


def test_every_vendor_has_an_adapter_and_prices_have_a_source() -> None:
    shipped = load_vendors("", "the shipped file", {}, {})
    assert set(shipped) | {LOCAL} == set(_PROVIDERS)
    priced = [v for v in shipped.values() if any(model.prices for model in v.models.values())]
    assert [v.name for v in priced if not (v.priced and v.source)] == []


def test_the_vendors_file_of_the_page_is_accepted() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    read = load_vendors(block, "the page", {}, {})
    assert read["openai"].limit.concurrency == 20
    assert read["onnx"].models["image.cutout"].options["mean"] == [0.5, 0.5, 0.5]


if __name__ == "__main__":
    text = PAGE.read_text()
    for each in TABLES:
        table = rendered(each)
        begin, _, rest = text.partition(f"<!-- {each} -->\n")
        text = f"{begin}<!-- {each} -->\n{table}\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    PAGE.write_text(text)
