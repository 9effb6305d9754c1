"""The API on real PostgreSQL, in this process and under gunicorn, and what is stored behind it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
import requests
from flask import Flask
from PIL import Image
from sqlalchemy import text
from werkzeug.test import TestResponse

from genai import bootstrap, runtime
from genai.api import create_app
from genai.clients import AccessScope
from genai.embedded.process import free_port
from genai.embedded.services import Api
from genai.runtime import Runtime
from genai.store.database import Database
from genai.store.tables import metadata

TOKEN = "token-of-acme"


@dataclass
class Service:
    """The application in this process, its requests, and everything it may leave behind."""

    app: Flask
    runtime: Runtime
    tokens: dict[str, str] = field(repr=False)
    broker_url: str

    def call(self, method: str, path: str, *, client: str | None = "acme", **options: Any) -> TestResponse:
        """One request, as the client or without a token, answered to the end."""
        headers = {**options.pop("headers", {})}
        if client is not None:
            headers["Authorization"] = f"Bearer {self.tokens[client]}"
        response = self.app.test_client().open(path, method=method, headers=headers, **options)
        response.get_data()
        response.close()
        self.app.extensions["admission"].settle()
        return response

    def upload(self, picture: Path, client: str = "acme") -> str:
        """Store a picture; its asset id."""
        response = self.call("POST", "/v1/assets", client=client, data=picture.read_bytes())
        assert response.status_code in (200, 201), response.text
        return str(response.get_json()["asset_id"])

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.runtime.database.transaction() as connection:
            return list(connection.execute(text(query), values))

    def execute(self, statement: str, **values: Any) -> None:
        with self.runtime.database.transaction() as connection:
            connection.execute(text(statement), values)

    def stored(self) -> dict[str, Any]:
        """How many rows each table has, which files there are, how many messages wait."""
        kept: dict[str, Any] = {
            table: self.rows(f'SELECT count(*) FROM "{table}"')[0][0]  # noqa: S608 - our own names
            for table in metadata.tables
        }
        settings = self.runtime.settings
        for name, root in (("assets_dir", settings.assets_dir), ("work_dir", settings.work_dir)):
            kept[name] = sorted(path.name for path in root.rglob("*") if path.is_file())
        with redis.Redis.from_url(self.broker_url) as broker:
            kept["messages"] = sum(
                broker.llen(key) for key in broker.scan_iter() if broker.type(key) == b"list"
            )
        return kept


@pytest.fixture
def service(environment: dict[str, str], tokens: dict[str, str]) -> Iterator[Service]:
    built = bootstrap.start(providers=False)
    made = Service(create_app(built), built, tokens, environment["GENAI_BROKER_URL"])
    yield made
    made.app.extensions["admission"].settle()
    built.database.close()
    runtime._current = None


@dataclass
class Server:
    """A running API as its one client sees it, its environment and its database."""

    url: str
    environment: dict[str, str]
    database: Database

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {TOKEN}", **options.pop("headers", {})}
        return requests.request(method, self.url + path, headers=headers, timeout=180, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.call("POST", path, **options)

    def value(self, query: str) -> Any:
        with self.database.transaction() as connection:
            return connection.scalar(text(query))

    def files(self) -> list[str]:
        roots = (Path(self.environment[f"GENAI_{name}_DIR"]) for name in ("ASSETS", "WORK"))
        return [path.name for root in roots for path in root.rglob("*") if path.is_file()]


def start(server: Server, directory: Path, **changed: str) -> Api:
    api = Api(directory, {**os.environ, **server.environment, **changed}, port=free_port())
    api.wait_until_ready()
    return api


@pytest.fixture(scope="module")
def server(database_server, redis_server, tmp_path_factory) -> Iterator[Server]:
    """One under gunicorn for all tests of a module; each has its own idempotency keys. Its client may do
    everything, as often as it likes; nobody listens at its callback address."""
    directory = tmp_path_factory.mktemp("server")
    key = {"sha256": hashlib.sha256(TOKEN.encode()).hexdigest(), "scopes": list(AccessScope)}
    callback = {"url": "http://127.0.0.1:9/", "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}
    with database_server.clone() as url:
        environment = {
            "GENAI_DATABASE_URL": url,
            "GENAI_BROKER_URL": redis_server,
            "GENAI_RESULT_URL": redis_server,
            "GENAI_ASSETS_DIR": str(directory / "assets"),
            "GENAI_WORK_DIR": str(directory / "work"),
            "GENAI_RATE_LIMIT": "1000000/second",
            "GENAI_STREAM_HEARTBEAT": "0.2",
            "GENAI_CLIENTS": json.dumps({"acme": {"keys": [key], "callback": callback}}),
        }
        database = Database(url.replace("postgresql:", "postgresql+psycopg:", 1))
        made = Server("", environment, database)
        api = start(made, directory)
        made.url = api.url
        yield made
        api.kill()
        database.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.radial_gradient("L").resize((200, 150)).convert("RGB").save(path)
    return path


@pytest.fixture
def document() -> dict[str, Any]:
    """A request that is accepted; its picture is an address, so that it needs no asset."""
    return {
        "contract": 2,
        "job_type": "marketing_output",
        "idempotency_key": "key-1",
        "mode": "image_bundle",
        "product": {
            "product_id": "prod_1",
            "name": "Teapot",
            "images": [{"url": "https://example.com/teapot.jpg", "view": "front"}],
        },
        "prompt": "A quiet morning",
        "settings": {"scenes": 2},
        "metadata": {"order": [1, {"a": None}], "ü": 1.5},
    }
