"""What is read in a product page, and what a page cannot do.

Most pages are read in the tests' own process, which is what the confined one runs.
"""

from __future__ import annotations

import json
import socket

import pytest

from genai.errors import FetchRefused
from genai.fetch import page_reader
from genai.fetch.page import MAX_PAGE, LinkMetadata, read_page

URL = "https://shop.test/mug?size=2"


def json_ld(*blocks: object) -> str:
    texts = (block if isinstance(block, str) else json.dumps(block) for block in blocks)
    return "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)


def read(head: str = "", body: str = "", content_type: str = "text/html; charset=utf-8") -> LinkMetadata:
    page = f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>"
    return page_reader.read(page.encode(), URL, content_type)


MUG = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "Stoneware Mug",
    "description": "<p>Holds 300&nbsp;ml.</p><p>Fired twice.</p>",
    "brand": {"@type": "Brand", "name": "Kiln & Co"},
    "category": "Kitchen > Mugs",
    "material": ["Stoneware", "Cork"],
    "audience": {"@type": "PeopleAudience", "suggestedGender": "unisex"},
    "color": "Blue",
    "image": ["/a.jpg", {"@type": "ImageObject", "url": "https://cdn.test/b.jpg"}, "/a.jpg"],
    "offers": {"@type": "Offer", "price": 19.5, "priceCurrency": "EUR"},
}


FROM_JSON_LD = (
    "name", "description", "brand", "category", "material", "audience", "color", "images", "price",
    "currency",
)  # fmt: skip


def test_reads_json_ld() -> None:
    assert read(json_ld(MUG)).as_json() == {
        "url": URL,
        "name": "Stoneware Mug",
        "description": "Holds 300 ml. Fired twice.",
        "brand": "Kiln & Co",
        "category": "Kitchen > Mugs",
        "material": "Stoneware, Cork",
        "audience": "unisex",
        "color": "Blue",
        "images": ["https://shop.test/a.jpg", "https://cdn.test/b.jpg"],
        "price": "19.5",
        "currency": "EUR",
        "language": "en",
        "sources": dict.fromkeys(FROM_JSON_LD, "jsonld") | {"language": "html"},
    }


def test_reads_microdata() -> None:
    found = read(
        body="""
        <div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Stoneware <b>Mug</b></h1>
          <img itemprop="image" src="a.jpg"><span itemprop="color">Blue</span>
          <div itemprop="brand" itemscope itemtype="http://schema.org/Brand"><i itemprop="name">Kiln</i></div>
          <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
            <meta itemprop="price" content="19.50"><meta itemprop="priceCurrency" content="EUR"></div>
        </div>"""
    )
    assert (found.name, found.brand, found.color) == ("Stoneware Mug", "Kiln", "Blue")
    assert (found.price, found.currency, found.images) == ("19.50", "EUR", ("https://shop.test/a.jpg",))
    assert set(found.sources.values()) == {"microdata", "html"}


def test_reads_open_graph() -> None:
    found = read("""<title>Mug - Shop</title><meta name="Description" content="From the meta tag">
        <meta property="og:type" content="product"><meta property="og:title" content="Mug">
        <meta property="og:image" content="https://cdn.test/1.jpg"><meta property="og:locale" content="de_DE">
        <meta property="product:brand" content="Kiln"><meta property="product:price:amount" content="7">""")
    assert (found.title, found.name, found.brand, found.price) == ("Mug", "Mug", "Kiln", "7")
    assert (found.images, found.language) == (("https://cdn.test/1.jpg",), "de_DE")
    assert (found.description, found.sources["description"]) == ("From the meta tag", "html")
    assert found.sources["title"] == "opengraph"


def test_a_page_that_is_no_product_has_no_name() -> None:
    found = read(
        "<title>Our story</title><meta property='og:type' content='website'>"
        "<meta property='og:title' content='Our story'>"
    )
    assert (found.title, found.name) == ("Our story", None)


def test_json_ld_goes_before_microdata_before_open_graph() -> None:
    found = read(
        json_ld({"@type": "Product", "name": "first"}) + "<meta property='product:color' content='third'>",
        "<div itemscope itemtype='http://schema.org/Product'><b itemprop=name>second</b>"
        "<b itemprop=material>second</b><b itemprop=color></b></div>",
    )
    assert (found.name, found.material, found.color) == ("first", "second", "third")
    assert {found.sources[name] for name in ("name", "material", "color")} == {
        "jsonld",
        "microdata",
        "opengraph",
    }


@pytest.mark.parametrize(
    "data",
    [
        [{"@type": "WebSite", "name": "Shop"}, MUG],
        {"@context": "https://schema.org", "@graph": [{"@type": "BreadcrumbList"}, MUG]},
        {"@type": "WebPage", "name": "Page", "mainEntity": MUG},
        MUG | {"@type": ["Product", "Thing"]},
        MUG | {"@type": "https://schema.org/Product"},
        MUG | {"isRelatedTo": [{"@type": "Product", "name": "Plate"}] * 3},
        {
            "@type": "ProductGroup",
            "name": "Stoneware Mug",
            "hasVariant": [{"@type": "Product", "name": "Red"}] * 2,
        },
    ],
)
def test_finds_the_product_where_sites_put_it(data: object) -> None:
    assert read(json_ld(data)).name == "Stoneware Mug"


def test_among_several_products_takes_the_pages_own_or_none() -> None:
    pot, mug = ({"@type": "Product", "name": name, "url": f"/{name}"} for name in ("pot", "mug"))
    assert read(json_ld([pot, mug])).name is None
    assert read("<title>The mug | Shop</title>" + json_ld([pot, mug])).name == "mug"
    pot["url"] = URL
    assert read(json_ld([pot, mug])).name == "pot"


@pytest.mark.parametrize(
    "broken",
    ["{", "[[[[" * 50_000, '{"a": 1,}', "", "null", "3", '"text"', "[null, 1, []]", "]", "<!-- -->"],
)
def test_a_broken_block_does_not_hide_the_next(broken: str) -> None:
    assert read(json_ld(broken, MUG)).name == "Stoneware Mug"


def test_odd_values_are_left_out() -> None:
    odd = {"@type": "Product", "name": {"a": {}}, "brand": [None, True, {"name": 3}], "image": [{}, 7.5, "http://["],
           "offers": ["x", None], "audience": [None], "material": {"@value": "Oak"}, "@id": 5}  # fmt: skip
    found = read(json_ld(odd))
    assert (found.name, found.brand, found.price, found.material) == (None, None, None, "Oak")


def test_no_context_is_ever_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[object] = []

    def reach(*args: object, **kwargs: object) -> None:
        reached.append(args)
        raise OSError("nothing is fetched for a page")

    monkeypatch.setattr(socket, "getaddrinfo", reach)
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: reach(address))
    context = ["http://127.0.0.1:1/context.jsonld", {"@import": "http://127.0.0.1:1/more"}]
    page = "<!DOCTYPE html SYSTEM 'http://127.0.0.1:1/x.dtd'><base href='http://127.0.0.1:1/'>"
    data = MUG | {"@context": context, "brand": {"@id": "http://127.0.0.1:1/brand"}}
    found = page_reader.read((page + json_ld(data)).encode(), URL)
    assert (found.name, found.brand) == ("Stoneware Mug", None)
    assert reached == []


def test_texts_are_plain_and_clean() -> None:
    astronaut = "\U0001f469\u200d\U0001f680"
    name = f"A\0B\x07C\u202eD\ufeffE\ud800 \u2028 e\u0301 &lt;script&gt;x&lt;/script&gt; 5 < 6 {astronaut}"
    found = read(json_ld({"@type": "Product", "name": name}))
    assert found.name == f"ABCDE é x 5 < 6 {astronaut}"
    json.dumps(found.as_json(), ensure_ascii=False).encode()


def test_texts_are_cut_at_a_word() -> None:
    found = read(json_ld({"@type": "Product", "name": "word " * 10_000, "description": "x" * 100_000}))
    assert found.name is not None
    assert found.description is not None
    assert found.name.endswith("word…")
    assert len(found.name) <= 200
    assert len(found.description) == 2000


def test_images_are_web_addresses_only_and_few() -> None:
    images = [
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "file:///etc/passwd",
        "http:///a",
        "ftp://cdn.test/a.jpg",
        "//cdn.test/1.jpg",
    ]
    found = read(
        json_ld(MUG | {"image": [*images, "//cdn.test/1.jpg"] + [f"/{number}.jpg" for number in range(30)]})
    )
    assert found.images[:2] == ("https://cdn.test/1.jpg", "https://shop.test/0.jpg")
    assert len(found.images) == 10


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [("latin-1", "text/html; charset=ISO-8859-1", ""), ("shift_jis", "text/html", "<meta charset=shift_jis>"),
     ("utf-8", "", ""), ("utf-16", "text/html", ""), ("utf-8", "text/html; charset=no-such", "")],
)  # fmt: skip
def test_reads_what_encoding_the_page_is_in(encoding: str, header: str, meta: str) -> None:
    word = "カップ" if encoding == "shift_jis" else "Café"
    page = f"<html><head>{meta}<title>{word}</title></head><body></body></html>"
    assert page_reader.read(page.encode(encoding), URL, header).title == word


@pytest.mark.parametrize(
    "body",
    [b"", b"\0", b"   ", bytes(range(256)) * 20, b"<", b"<!--", b"<html", b"<title>", b"\xff\xfe",
     b"PK\3\4", b"<?xml version='1.0' encoding='x'?>", b"<div itemscope itemprop=a itemtype><i itemprop",
     b"<div>" * 100_000],
)  # fmt: skip
def test_a_page_that_makes_no_sense_says_nothing(body: bytes) -> None:
    found = page_reader.read(body, URL, "text/html")
    assert (found.name, found.images) == (None, ())


def test_broken_html_is_read_as_far_as_it_goes() -> None:
    page = f"<head><title>Mug</title>{json_ld(MUG)}<meta property=x content='y' <div><p></span><table>"
    found = page_reader.read(page.encode(), URL)
    assert (found.title, found.name) == ("Mug", "Stoneware Mug")


# Small pages that are long work for a careless reader. Each takes minutes without its bound, and the
# suite's own limit per test ends it.
SCOPE = "<div itemscope itemtype='https://schema.org/Product' itemprop=a>"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(SCOPE * 200 + "<b itemprop=name>x</b>" * 29_000, id="nested-items"),
        pytest.param(SCOPE + "<div itemprop=b>" * 240 + "<i>x</i>" * 29_000, id="nested-properties"),
        pytest.param(SCOPE + "<b itemprop=name>x</b>" * 200_000, id="many-properties"),
        pytest.param(
            "<div id=a><b itemprop=name>x</b></div><div itemscope itemref='" + "a " * 500_000 + "'></div>",
            id="references",
        ),
        pytest.param(json_ld("{") * 100_000, id="many-blocks"),
        pytest.param(json_ld('{"a":' * 100 + "[" * 900_000), id="deep-json"),
    ],
)
@pytest.mark.timeout(30)
def test_work_is_bounded(body: str) -> None:
    read(body=body)


def test_reads_in_a_confined_process_what_it_reads_here() -> None:
    page = f"<html lang='ja'><meta charset=shift_jis><title>カップ\n</title>{json_ld(MUG)}".encode(
        "shift_jis"
    )
    found = read_page(page, URL, "text/html")
    assert found == page_reader.read(page, URL, "text/html")
    assert (found.title, found.name, len(found.images)) == ("カップ", "Stoneware Mug", 2)


def test_reads_as_much_of_a_page_as_it_takes() -> None:
    page = b"<title>Mug</title><p>" + b" " * MAX_PAGE + json_ld(MUG).encode()
    found = read_page(page, URL, "text/html")
    assert (found.title, found.name) == ("Mug", None)


def test_refuses_a_page_that_keeps_the_parser_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    # libxml2 compares each attribute's name with all before it: this takes it minutes.
    attributes = "".join(f"a{number} " for number in range(300_000))
    monkeypatch.setattr("genai.fetch.page.SECONDS", 2)
    monkeypatch.setattr("genai.confined._PATIENCE", 100)  # however busy the machine is
    with pytest.raises(FetchRefused, match="too long to read") as caught:
        read_page(f"<title>Mug</title><p {attributes}>".encode(), URL, "text/html")
    assert (caught.value.reason, caught.value.retryable) == ("page", False)


def test_refuses_a_page_that_takes_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genai.fetch.page.MEMORY", 96 << 20)
    with pytest.raises(FetchRefused) as caught:
        read_page(b"<br>" * 1_000_000, URL, "text/html")
    assert caught.value.reason == "page"
