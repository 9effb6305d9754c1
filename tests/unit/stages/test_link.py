"""Link metadata: pages that cannot be read are named and fail nothing."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any, cast

import pytest

from genai.domain.enums import JobType
from genai.domain.order import Order
from genai.domain.records import to_json
from genai.domain.request import JobRequest, ProductSnapshot
from genai.runtime import Runtime
from genai.settings import Settings
from genai.stages.context import StepContext
from genai.stages.link import LINK_METADATA

PAGES = {
    "/good": b"<title>Stoneware mug</title>",
    "/hostile": b"<br>" * 1_200_000,  # reading it takes some 200 MiB
}


class Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(self.path)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page or b"")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_page_that_cannot_be_read_is_named(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genai.fetch.page.MEMORY", 144 << 20)  # a plain page takes less than 96
    links = tuple(f"http://{shop}/{name}" for name in ("gone", "hostile", "good"))
    request = JobRequest(
        job_type=JobType.MARKETING_CREATION,
        idempotency_key="k1",
        product=ProductSnapshot(product_id="p1", name="Mug", images=(), links=links),
    )
    nothing = cast(Any, None)
    settings = Settings("", "", "", tmp_path, tmp_path, {}, Order({}), fetch_allow=(shop,))
    runtime = Runtime(settings, nothing, nothing, nothing, nothing)
    claim = cast(Any, SimpleNamespace(brief=to_json(request)))

    result = LINK_METADATA.run(StepContext(runtime, claim, nothing, still_wanted=lambda: None))

    assert [page["title"] for page in result.output["pages"]] == ["Stoneware mug"]
    assert [(page["pointer"], page["reason"]) for page in result.output["failed"]] == [
        ("/product/links/0", "status"),
        ("/product/links/1", "page"),
    ]
    assert not result.reusable
