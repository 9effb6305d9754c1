"""The API under gunicorn: many at once, its client, bodies that are cut short, servers that are away."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from genai.client import ApiError, Client
from tests.integration.api.conftest import TOKEN, Server, start


def test_fifty_at_once_are_one_job(server, document):
    document["idempotency_key"] = "fifty"
    jobs = server.value("SELECT count(*) FROM jobs")
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: server.post("/v1/jobs", json=document), range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [202]
    assert [answer.headers.get("Idempotency-Replayed") for answer in answers].count("true") == 49
    assert len({answer.json()["job_id"] for answer in answers}) == 1
    assert server.value("SELECT count(*) FROM jobs") == jobs + 1
    job_id = answers[0].json()["job_id"]
    for table in ("outbox", "audit"):
        assert server.value(f"SELECT count(*) FROM {table} WHERE job_id = '{job_id}'") == 1  # noqa: S608
    assert (
        server.value(f"SELECT count(*) - count(DISTINCT key) FROM steps WHERE job_id = '{job_id}'")  # noqa: S608
        == 0
    )


def test_the_client(server, document, picture, tmp_path):
    with Client(server.url, TOKEN) as client:
        asset = client.upload(picture)
        assert client.upload(picture) == asset == client.asset(asset["asset_id"])
        target = client.download(asset["asset_id"], tmp_path / "again.png")
        assert target.read_bytes() == picture.read_bytes()
        document["product"]["images"] = [{"asset_id": asset["asset_id"]}]
        document["idempotency_key"] = "client"
        job = client.submit(document)
        assert client.submit(document)["job_id"] == job["job_id"]
        assert client.job(job["job_id"])["metadata"] == document["metadata"]
        assert next(client.jobs(limit=1))["job_id"] == job["job_id"]
        assert client.steps(job["job_id"])[0]["stage"] == "intake"
        first = next(client.follow(job["job_id"]))
        assert (first["type"], first["data"]["number"]) == ("job.accepted", 1)
        assert [entry["mode"] for entry in client.modes()["modes"]].count("image_bundle") == 1
        with pytest.raises(ApiError, match="/settings/scenes") as caught:
            client.submit({**document, "settings": {"scenes": 0}})
        assert caught.value.status == 422


def test_connections_that_were_terminated(server, document):
    """A restart of PostgreSQL costs nobody a request once it is back."""
    document["idempotency_key"] = "terminated"
    assert server.post("/v1/jobs", json=document).status_code == 202
    ended = server.value(
        "SELECT count(pg_terminate_backend(pid, 20000)) FROM pg_stat_activity"  # once they have ended
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert ended >= 1
    assert server.post("/v1/jobs", json=document).status_code == 200


def test_bodies_too_large_or_cut_short(server):
    """Over a real connection, the answer to a body that is too large arrives."""
    counts = "SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM assets)"
    before = (server.value(counts), server.files())
    for path, media_type, size in (
        ("/v1/assets", "image/png", 31_000_000),
        ("/v1/jobs", "application/json", 3_000_000),
    ):
        for body in (b" " * size, (b" " * 100_000 for _ in range(size // 100_000))):
            answer = server.post(path, data=body, headers={"Content-Type": media_type})
            assert answer.status_code == 413
            assert answer.headers["Content-Type"] == "application/problem+json"

    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{{".encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")
    assert (server.value(counts), server.files()) == before


def test_without_broker(server, document, processes, tmp_path):
    """Jobs are accepted; readiness says what is missing, and stays green."""
    nobody = "redis://127.0.0.1:1/0"
    api = start(server, tmp_path, GENAI_BROKER_URL=nobody, GENAI_RESULT_URL=nobody)
    processes(api)
    lonely = Server(api.url, server.environment, server.database)
    document["idempotency_key"] = "without-broker"
    answer = lonely.post("/v1/jobs", json=document)
    assert answer.status_code == 202
    assert server.value("SELECT count(*) FROM jobs WHERE idempotency_key = 'without-broker'") == 1
    ready = requests.get(f"{api.url}/readyz", timeout=60)
    assert ready.status_code == 200
    assert ready.json()["checks"]["broker"] == {"ok": False, "required": False}


def test_without_database(server, document, picture, processes, tmp_path):
    """503 and when to come again, without a word of what lies behind; an upload leaves no file."""
    elsewhere = re.sub(r"/[^/]*$", "/no_such_database", server.environment["GENAI_DATABASE_URL"])
    api = start(server, tmp_path, GENAI_DATABASE_URL=elsewhere)
    processes(api)
    lonely = Server(api.url, server.environment, server.database)
    files = server.files()
    for answer in (
        lonely.post("/v1/jobs", json=document),
        lonely.post("/v1/assets", data=picture.read_bytes() + b"\0", headers={"Content-Type": "image/png"}),
    ):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.json()["code"] == "unavailable"
        assert "no_such_database" not in answer.text
    assert server.files() == files
    ready = requests.get(f"{api.url}/readyz", timeout=60)
    assert (ready.status_code, ready.json()["checks"]["postgres"]["ok"]) == (503, False)
    assert ready.json()["checks"]["assets"]["ok"]
    assert requests.get(f"{api.url}/healthz", timeout=60).status_code == 200
