"""Link metadata: what the product's own pages say of it."""

from __future__ import annotations

from typing import Any

from genai.domain.request import JobRequest
from genai.errors import FetchRefused
from genai.fetch.client import PAGES, fetch
from genai.fetch.limits import FetchLimits
from genai.fetch.page import read_page
from genai.stages.context import StepContext
from genai.stages.stage import Stage, StageResult


def _links(request: JobRequest) -> list[str]:
    return list(request.product.links) if request.product else []


def _read(context: StepContext) -> StageResult:
    """Read each link. A page that cannot be read fails nothing: the output says so, and a later job
    looks again."""
    limits = FetchLimits(allow_loopback=context.runtime.settings.fetch_allow)
    pages: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for index, link in enumerate(_links(context.request)):
        context.still_wanted()
        try:
            fetched = fetch(link, limits=limits, accept=PAGES)
            page = read_page(fetched.body, fetched.final_url, fetched.content_type)
        except FetchRefused as refused:
            failed.append(
                {"pointer": f"/product/links/{index}", "reason": refused.reason, "detail": str(refused)}
            )
        else:
            pages.append(page.as_json())
    return StageResult(output={"pages": pages, "failed": failed}, reusable=not failed)


LINK_METADATA = Stage(
    "link_metadata",
    _read,
    inputs=("intake",),
    settings_key=_links,
    applies=lambda request: bool(_links(request)),
)
