"""Reads one product page in a process of its own and prints what it says, as one JSON object.

Run by :mod:`genai.fetch.page` in a confined process. Its input is a line of JSON, the page's address and
content type, and then the page. Prints the fields of LinkMetadata, or null for a page that takes too
much memory.

``extruct`` reads JSON-LD, microdata and OpenGraph; nothing is ever fetched for them, a JSON-LD context
least of all. Pages are broken, and some are made to be: each syntax, and each block of JSON-LD, is read
on its own, what is read is bounded in size and work, and what a text may contain is cleaned.
"""

from __future__ import annotations

import html
import json
import re
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.etree
import lxml.html
from extruct.jsonld import JsonLdExtractor
from extruct.opengraph import OpenGraphExtractor
from extruct.w3cmicrodata import MicrodataExtractor
from w3lib.encoding import html_to_unicode

from genai.fetch.page import LinkMetadata
from genai.fetch.schema_org import find_product, product_fields

MAX_JSON = 1_000_000  # characters of JSON-LD, in at most MAX_BLOCKS blocks
MAX_BLOCKS = 50
MAX_IMAGES = 10
MAX_URL = 2048

# Microdata values are the text of whole elements, and they nest: without bounds, a small page is long work.
MAX_ELEMENTS = 30_000  # of the page; the heaviest shop pages have a third of it
MAX_PROPERTIES = 500
MAX_NESTING = 6
MAX_DESCENDANTS = 300

# Characters of each text; longer ones are cut at a word.
LENGTHS = {"title": 300, "description": 2000, "name": 200}
OTHER_LENGTH = 120
LISTS = {"material", "color", "audience", "category"}  # several values are one text, with commas

OPEN_GRAPH = {
    "title": ("og:title",),
    "description": ("og:description",),
    "brand": ("product:brand", "og:brand"),
    "category": ("product:category",),
    "material": ("product:material",),
    "audience": ("product:target_gender", "product:gender", "product:age_group"),
    "color": ("product:color",),
    "images": ("og:image", "og:image:url", "og:image:secure_url"),
    "price": ("product:price:amount", "og:price:amount"),
    "currency": ("product:price:currency", "og:price:currency"),
    "language": ("og:locale",),
}

Values = Mapping[str, list[Any]]


def read(body: bytes, url: str, content_type: str = "") -> LinkMetadata:
    """What the page says; its arguments are those of :func:`genai.fetch.page.read_page`."""
    tree = _parse(body, content_type)
    if tree is None:
        return LinkMetadata(url)
    of_html, open_graph = _html(tree), _open_graph(tree)
    titles = [str(title) for reading in (open_graph, of_html) for title in reading.get("title", [])]
    readings: dict[str, Values] = {}
    for source, items in (("jsonld", _json_ld(tree)), ("microdata", _microdata(tree, url))):
        product = find_product(items, url, titles)
        readings[source] = product_fields(product) if product else {}
    return _merge(url, readings | {"opengraph": open_graph, "html": of_html})


def _merge(url: str, readings: Mapping[str, Values]) -> LinkMetadata:
    """Each field from the first reading that has it."""
    found: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for source, values in readings.items():
        for name, raw in values.items():
            value = _addresses(raw, url) if name == "images" else _text(name, raw)
            if value and name not in found:
                found[name] = value
                sources[name] = source
    return LinkMetadata(url=url, sources=sources, **found)


def _parse(body: bytes, content_type: str) -> lxml.html.HtmlElement | None:
    """The page as a tree, None where there is none. As UTF-8, whatever the page was in."""
    _, text = html_to_unicode(content_type or None, body, default_encoding="utf8")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    data = text.encode("utf-8", errors="replace")
    try:
        return lxml.html.document_fromstring(data, parser=parser)
    except lxml.etree.XMLSyntaxError as error:
        if error.code == lxml.etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from None
        return None
    except (lxml.etree.LxmlError, ValueError):
        return None


def _json_ld(tree: lxml.html.HtmlElement) -> list[Any]:
    items: list[Any] = []
    left = MAX_JSON
    for script in tree.xpath("//script[contains(@type, 'ld+json')]")[:MAX_BLOCKS]:
        left -= len(script.text or "")
        if left < 0:
            break
        script.set("type", "application/ld+json")  # some add a charset
        try:
            blocks = JsonLdExtractor().extract_items(script)
        except (ValueError, IndexError, RecursionError):  # one broken block says nothing of the next
            continue
        for block in blocks:
            items.append(block)
            if isinstance(block, Mapping) and isinstance(block.get("@graph"), list):
                items += block["@graph"]
    return items


def _microdata(tree: lxml.html.HtmlElement, url: str) -> list[Any]:
    if tree.xpath("count(//*)") > MAX_ELEMENTS:
        return []
    for name in ("itemscope", "itemprop"):
        for number, element in enumerate(tree.xpath(f"//*[@{name}]")):
            if number >= MAX_PROPERTIES or element.xpath(f"count(ancestor::*[@{name}])") >= MAX_NESTING:
                del element.attrib[name]
    for element in tree.xpath("//*[@itemref]"):
        del element.attrib["itemref"]
    try:
        return _BoundedMicrodata().extract_items(tree, url)
    except (ValueError, TypeError, RecursionError, lxml.etree.LxmlError):
        return []


class _BoundedMicrodata(MicrodataExtractor):
    """extruct's reader of microdata, where it would take quadratic time."""

    def _xp_prop(self, item: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
        """The properties of ``item`` itself: no other item stands between."""
        properties = item.xpath("descendant::*[@itemprop]")
        return [each for each in properties if each.xpath("ancestor::*[@itemscope][1]")[0] is item]

    def _extract_textContent(self, node: lxml.html.HtmlElement) -> str:  # noqa: N802  extruct's name
        if node.xpath("count(descendant::*)") > MAX_DESCENDANTS:
            return ""
        text: str = super()._extract_textContent(node)
        return text


def _open_graph(tree: lxml.html.HtmlElement) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for head in tree.xpath("//head")[:1]:
        for page in OpenGraphExtractor().extract_items(head):
            for name, value in page["properties"]:
                values.setdefault(name, []).append(value)
    fields = {
        name: [value for key in keys for value in values.get(key, [])] for name, keys in OPEN_GRAPH.items()
    }
    if any("product" in kind for kind in values.get("og:type", [])):
        fields["name"] = fields["title"]
    return fields


def _html(tree: lxml.html.HtmlElement) -> dict[str, list[Any]]:
    return {
        "title": tree.xpath("//title[1]/text()"),
        "description": tree.xpath(
            "//meta[translate(@name, 'DESCRIPTON', 'descripton') = 'description']/@content"
        ),
        "language": tree.xpath("/html/@lang"),
    }


def _text(name: str, values: list[Any]) -> str | None:
    """The first value that says something, or all of them for a list, clean and not too long."""
    limit = LENGTHS.get(name, OTHER_LENGTH)
    texts = [text for value in values[:MAX_IMAGES] if (text := _clean(str(value)[: 20 * limit]))]
    text = ", ".join(dict.fromkeys(texts)) if name in LISTS else next(iter(texts), "")
    if len(text) > limit:
        text = text[: limit - 1].rsplit(" ", 1)[0] + "…"
    return text or None


def _clean(text: str) -> str:
    """Plain text: no markup, no control, formatting or broken characters, blanks run together."""
    text = re.sub(r"</?[a-zA-Z!][^<>]*>", " ", html.unescape(text))
    kept = [
        " " if char.isspace() else char
        for char in text
        # Joiners belong to scripts and emoji; what else is invisible can hide or turn words.
        if char.isspace() or char in "\u200c\u200d" or unicodedata.category(char)[0] != "C"
    ]
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _addresses(values: list[Any], url: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in values:
        try:
            address = urljoin(url, str(value).strip())
            usable = urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).hostname)
        except ValueError:
            continue
        if usable and address.isprintable() and len(address) <= MAX_URL:
            found[address] = None
    return tuple(found)[:MAX_IMAGES]


def main() -> None:
    url, content_type = json.loads(sys.stdin.buffer.readline())
    try:
        answer = read(sys.stdin.buffer.read(), url, content_type).as_json()
    except MemoryError:
        answer = None
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
