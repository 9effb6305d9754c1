"""A service whose assets are in a bucket: uploads, ranges, links, whole jobs, outages, retention."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from genai.callbacks.payload import Links
from genai.maintenance.retention import sweep
from tests.harness.s3 import SECRET_KEY, S3Server
from tests.harness.service import Service

pytestmark = pytest.mark.usefixtures("bucket")

SECRET = "what signs the links of a test"
Call = Callable[..., requests.Response]


@pytest.fixture
def call(api: Callable[..., Any], tokens: dict[str, str], tmp_path: Path) -> Callable[..., Call]:
    """Starts an API on a machine of its own; what asks it."""

    def start(**env: str) -> Call:
        own = {"GENAI_ASSETS_DIR": str(tmp_path / "copies-of-the-api"), "GENAI_LINK_SECRETS": SECRET}
        url = api(env={**own, **env}).url

        def ask(method: str, path: str, *, client: str | None = "acme", **options: Any) -> requests.Response:
            headers = dict(options.pop("headers", {}))
            if client:
                headers["Authorization"] = f"Bearer {tokens[client]}"
            return requests.request(method, url + path, headers=headers, timeout=180, **options)

        return ask

    return start


def test_upload_show_fetch(
    bucket: S3Server, call: Callable[..., Call], photograph: Path, tmp_path: Path
) -> None:
    ask = call()
    data = photograph.read_bytes()
    name = hashlib.sha256(data).hexdigest()
    assert [ask("POST", "/v1/assets", data=data).status_code for _ in range(2)] == [201, 200]
    assert bucket.keys("files/") == [name]
    content = f"/v1/assets/{name}/content"
    whole = ask("GET", content)
    assert (whole.status_code, whole.content) == (200, data)
    assert (whole.headers["Content-Type"], whole.headers["Content-Length"]) == ("image/png", str(len(data)))
    for wanted, part in (("4-9", data[4:10]), (f"{len(data) - 5}-", data[-5:]), ("-7", data[-7:])):
        answer = ask("GET", content, headers={"Range": f"bytes={wanted}"})
        assert (answer.status_code, answer.content) == (206, part)
    assert ask("GET", content, headers={"Range": "bytes=99999999-"}).status_code == 416
    kept = ask("GET", content, headers={"If-None-Match": whole.headers["ETag"]})
    assert (kept.status_code, kept.content) == (304, b"")
    assert ask("GET", content, client="globex").status_code == 404

    with bucket.away():
        answer = ask("GET", content)
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
        assert "Retry-After" in answer.headers
        assert ask("POST", "/v1/assets", data=data).status_code == 503
        ready = ask("GET", "/readyz", client=None)
        assert (ready.status_code, ready.json()["checks"]["assets"]["ok"]) == (503, False)
    assert ask("GET", content).content == data
    assert ask("GET", "/readyz", client=None).status_code == 200
    for log in tmp_path.rglob("*.log"):
        assert SECRET_KEY not in log.read_text()


def test_a_deployment_may_send_callers_to_the_bucket(
    bucket: S3Server, call: Callable[..., Call], photograph: Path
) -> None:
    ask = call(GENAI_ASSETS_REDIRECT="300")
    data = photograph.read_bytes()
    name = ask("POST", "/v1/assets", data=data).json()["asset_id"]
    content = f"/v1/assets/{name}/content"
    there = ask("GET", content, allow_redirects=False)
    assert (there.status_code, there.headers["Cache-Control"]) == (302, "no-store")
    assert there.headers["Location"].startswith(bucket.url)
    assert ask("GET", content).content == data  # as any client follows it
    assert ask("GET", content, headers={"If-None-Match": f'"{name}"'}).status_code == 304
    assert ask("GET", content, client="globex", allow_redirects=False).status_code == 404

    for holds, most in ((3600.0, 300), (60.0, 120)):  # a link ends with its minute
        link = urlsplit(Links("http://x", SECRET, holds).to("acme", name))
        answer = ask("GET", f"{link.path}?{link.query}", client=None, allow_redirects=False)
        assert answer.status_code == 302
        address = answer.headers["Location"]
        assert int(parse_qs(urlsplit(address).query)["X-Amz-Expires"][0]) <= most
        assert requests.get(address, timeout=30).content == data
        bucket.ahead = most + 2
        assert requests.get(address, timeout=30).status_code == 403
        bucket.ahead = 0


def test_a_job_on_two_machines_while_the_store_goes_away_and_comes_back(
    bucket: S3Server,
    service: Service,
    worker: Callable[..., Any],
    scheduler: Callable[..., Any],
    request_document: Callable[..., dict[str, Any]],
    tmp_path: Path,
) -> None:
    (service.control / "hold.storyboard").touch()
    job_id = service.submit(request_document("image_bundle", scenes=2))
    elsewhere = tmp_path / "copies-of-the-worker"
    worker(env={"GENAI_ASSETS_DIR": str(elsewhere)})
    scheduler(env={"GENAI_IDLE_AGE": "1", "GENAI_RECONCILE_EVERY": "1"})
    service.until(lambda: any(call["call"] == "storyboard" for call in service.calls()))
    with bucket.away():
        (service.control / "hold.storyboard").unlink()
        waiting = (
            "SELECT count(*) FROM steps WHERE job_id = :id AND wait_reason = 'retry: storage_unavailable'"
        )
        service.until(lambda: service.rows(waiting, id=job_id)[0][0])
    service.execute("UPDATE steps SET due_at = now() WHERE state = 'waiting'")  # half a minute later
    job = service.ended(job_id)
    assert (job.state, job.error) == ("completed", None)
    for image in job.output["images"]:
        name = image["asset_id"]
        data = service.runtime.assets.path(name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == name
    rows = {row.sha256 for row in service.rows("SELECT sha256 FROM assets")}
    assert set(bucket.keys("files/")) == rows
    assert {path.name for path in elsewhere.glob("??/*")} <= rows
    stored = [one for one in bucket.asked if one.method == "PUT" and "/files/" in one.path]
    assert len({one.path for one in stored if one.status == 200}) == len(
        [one for one in stored if one.status == 200]
    )


def test_retention_removes_what_no_row_names(bucket: S3Server, service: Service, photograph: Path) -> None:
    kept = service.upload(photograph)
    unknown = photograph.with_name("unknown")
    unknown.write_bytes(b"of nobody")
    name = service.runtime.assets.put(unknown, "image/png").sha256
    assert sweep(service.runtime) == 0
    assert bucket.keys("files/") == sorted([kept, name])
    bucket.grow_old(7200)
    assert sweep(service.runtime) == 1
    assert bucket.keys("files/") == [kept]
