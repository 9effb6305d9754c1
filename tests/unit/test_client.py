"""The client against a real server on loopback that answers as it is told."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook

from genai import client as client_module
from genai.client import ApiError, Client, SigningKey, VerificationError, verify

CONTENT = b"some picture" * 1000
ASSET = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """Answers with ``answers`` in turn: status, headers, body, and how many bytes too many it announces."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes, int]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def will_answer(self, document: Any, status: int = 200, **headers: str) -> None:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, body, 0))

    def will_break_off(self, body: bytes) -> None:
        self.answers.append((200, {}, body, 10))


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.asked.append(Asked(self.command, self.path, headers, body))
            status, more, content, missing = made.answers.pop(0)
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content) + missing))
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = bool(missing)

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def do_DELETE(self) -> None:
            self.answer()

        def log_message(self, *_: Any) -> None:
            """Requests are recorded."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with Client(service.url + "/", "secret-token") as made:
        yield made


def test_submit(service, client):
    service.will_answer({"job_id": "j"}, 202)
    assert client.submit({"contract": 2}) == {"job_id": "j"}
    (asked,) = service.asked
    assert (asked.method, asked.path) == ("POST", "/v1/jobs")
    assert asked.headers["authorization"] == "Bearer secret-token"
    assert asked.headers["content-type"] == "application/json"
    assert json.loads(asked.body) == {"contract": 2}


def test_an_upload_is_sent_whole_again_while_the_service_is_away(service, client, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(CONTENT)
    service.will_answer({"status": 503}, 503, Retry_After="0")
    service.will_answer({"asset_id": ASSET}, 201)
    assert client.upload(path) == {"asset_id": ASSET}
    assert [asked.body for asked in service.asked] == [CONTENT, CONTENT]


def test_a_problem_is_an_error_with_its_document(service, client):
    problem = {
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "The request has a problem.",
        "problems": [{"pointer": "/settings/scenes", "detail": "Too many.", "remedy": "Send less."}],
    }
    service.will_answer(problem, 422)
    with pytest.raises(
        ApiError, match=r"^The request has a problem\.; /settings/scenes: Too many\.$"
    ) as caught:
        client.submit({})
    assert (caught.value.status, caught.value.problem) == (422, problem)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"<html>"), (200, b"<html>"), (200, b"[]"), (302, b""), (404, b"")]
)
def test_an_answer_that_is_none(service, client, status, body):
    service.will_answer(body, status, Location="http://127.0.0.1:1/elsewhere")
    with pytest.raises(ApiError) as caught:
        client.job("j")
    assert caught.value.status == status
    assert len(service.asked) == 1


def test_nobody_there(service):
    with Client("http://127.0.0.1:1", "secret-token", retries=0) as client, pytest.raises(ApiError) as caught:
        client.modes()
    assert caught.value.status == 0
    assert "secret" not in str(caught.value)


def test_follow_to_the_end(service, client):
    def event(number: int, kind: str) -> dict[str, Any]:
        return {"type": f"job.{kind}", "data": {"number": number}}

    service.will_answer({"events": [event(1, "accepted"), event(2, "started")], "last": 2})
    service.will_answer({"events": [], "last": 2})
    service.will_answer({"state": "running"})
    service.will_answer({"events": [event(3, "progress"), event(4, "completed")], "last": 4})
    followed = list(client.follow("j", wait=7))
    assert [entry["data"]["number"] for entry in followed] == [1, 2, 3, 4]
    first, second, job, third = (asked.path for asked in service.asked)
    assert [first, second, third] == [f"/v1/jobs/j/events?after={after}&wait=7" for after in (0, 2, 2)]
    assert job == "/v1/jobs/j"


def test_following_a_job_that_has_ended_ends(service, client):
    service.will_answer({"events": [], "last": 4})
    service.will_answer({"state": "completed"})
    assert list(client.follow("j", after=4)) == []


def test_following_without_room_to_wait(service, client):
    for _ in range(4):  # as often as it is tried again
        service.will_answer({"status": 503}, 503, Retry_After="0")
    service.will_answer({"events": [{"type": "job.failed", "data": {"number": 1}}], "last": 1})
    assert len(list(client.follow("j"))) == 1
    assert service.asked[-1].path == "/v1/jobs/j/events?after=0&wait=0"


def test_jobs_over_pages(service, client):
    service.will_answer({"jobs": [{"job_id": "b"}], "next": "c1"})
    service.will_answer({"jobs": [{"job_id": "a"}], "next": None})
    assert [job["job_id"] for job in client.jobs(limit=1)] == ["b", "a"]
    assert [asked.path for asked in service.asked] == ["/v1/jobs?limit=1", "/v1/jobs?limit=1&cursor=c1"]


def test_download(service, client, tmp_path):
    service.will_answer(CONTENT)
    path = client.download(ASSET, tmp_path / "a.png")
    assert path.read_bytes() == CONTENT
    assert service.asked[0].path == f"/v1/assets/{ASSET}/content"
    assert list(tmp_path.iterdir()) == [path]


def test_a_download_is_whole_or_not_at_all(service, client, tmp_path):
    target = tmp_path / "a.png"
    target.write_bytes(b"what was there")
    service.will_answer(b"other bytes")
    service.will_break_off(CONTENT[:500])
    for _ in range(2):
        with pytest.raises(ApiError):
            client.download(ASSET, target)
        assert target.read_bytes() == b"what was there"
        assert list(tmp_path.iterdir()) == [target]


def test_verify_a_callback():
    secret = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
    body = json.dumps({"type": "job.started"}).encode()
    now = datetime.now(UTC)
    headers = {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("evt_1", now, body.decode()),
    }
    assert verify(secret, headers, body) == {"type": "job.started"}
    with pytest.raises(VerificationError):
        verify(secret, headers, body + b" ")


def test_verify_while_secrets_rotate():
    older, newer = ("whsec_" + base64.b64encode(word * 8).decode() for word in (b"old!", b"new!"))
    now = datetime.now(UTC)
    headers = {"webhook-id": "evt_1", "webhook-timestamp": str(int(now.timestamp()))}
    signed = {**headers, "webhook-signature": Webhook(older).sign("evt_1", now, "{}")}
    assert verify([newer, older], signed, b"{}") == {}
    for wrong in (newer, [newer], []):
        with pytest.raises(VerificationError):
            verify(wrong, signed, b"{}")
    no_json = {**headers, "webhook-signature": Webhook(newer).sign("evt_1", now, "{")}
    with pytest.raises(VerificationError):
        verify(newer, no_json, b"{")


def test_deliveries_over_pages_and_again(service, client):
    service.will_answer({"deliveries": [{"id": "b"}], "next": "c1"})
    service.will_answer({"deliveries": [{"id": "a"}], "next": None})
    since = "2026-03-01T00:00:00+01:00"
    assert [each["id"] for each in client.deliveries(state="dead", since=since, limit=1)] == ["b", "a"]
    assert service.asked[1].path == f"/v1/deliveries?state=dead&since={quote(since)}&limit=1&cursor=c1"
    service.will_answer({"id": "a"})
    assert client.replay("a") == {"id": "a"}
    service.will_answer({"replayed": 3})
    assert client.replay_all(job_id="j") == 3
    assert [(each.method, each.path) for each in service.asked[2:]] == [
        ("POST", "/v1/deliveries/a/replay"),
        ("POST", "/v1/deliveries/replay"),
    ]
    assert json.loads(service.asked[3].body) == {"job_id": "j", "state": "dead"}


def test_the_file_can_be_copied():
    """It imports the standard library and requests (with its urllib3), and nothing of this package."""
    tree = ast.parse(Path(client_module.__file__).read_text())
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {
        name.split(".")[0]
        for node in top
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    assert {name for name in names if name not in sys.stdlib_module_names} == {"requests", "urllib3"}


def test_retry_cancel_and_erase(service, client):
    for _ in range(3):
        service.will_answer({"job_id": "j2"}, 202)
    assert client.retry("j1", scope="only", stage="image", scene=2, idempotency_key="k")["job_id"] == "j2"
    assert json.loads(service.asked[0].body) == {
        "contract": 2,
        "job_type": "retry",
        "idempotency_key": "k",
        "retry": {"job_id": "j1", "scope": "only", "stage": "image", "scene": 2},
    }
    client.retry("j1")
    assert json.loads(service.asked[1].body)["retry"] == {"job_id": "j1", "scope": "missing"}
    client.cancel("j1")
    service.will_answer(b"", 204)
    client.erase_product("a/b c?")
    service.will_answer({"entries": [{"action": "job.submit"}]})
    assert client.audit("j1") == [{"action": "job.submit"}]
    assert [(asked.method, asked.path) for asked in service.asked[2:]] == [
        ("POST", "/v1/jobs/j1/cancel"),
        ("DELETE", "/v1/products/a%2Fb%20c%3F"),
        ("GET", "/v1/jobs/j1/audit"),
    ]


def test_a_signed_request_is_not_sent_twice(service):
    """Its signature serves once, and it may have arrived."""
    private = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    service.will_answer({"status": 503}, 503, Retry_After="0")
    signing = Client(service.url, "secret-token", signing_key=SigningKey("k1", private))
    with signing, pytest.raises(ApiError):
        signing.submit({"contract": 2})
    (asked,) = service.asked
    covered = '("@method" "@authority" "@path" "@query" "authorization" "content-digest")'
    assert f"={covered};" in asked.headers["signature-input"]
    assert private not in repr(SigningKey("k1", private))
