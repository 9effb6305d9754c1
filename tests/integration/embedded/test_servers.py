"""The embedded PostgreSQL and Redis."""

from __future__ import annotations

from pathlib import Path

import psutil
import psycopg
import pytest
import redis as redis_client

from genai.embedded.postgres import postgres
from genai.embedded.redis import redis


def test_postgres_keeps_its_data_and_its_secret(tmp_path: Path) -> None:
    directory = tmp_path / "cluster"
    with postgres(directory, durable=True) as url, psycopg.connect(url) as connection:
        assert connection.info.server_version >= 150_000
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)

    with postgres(directory) as url:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (42,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url, password="guessed")
    assert (directory / "password").stat().st_mode & 0o077 == 0


def test_redis_never_evicts_and_wants_its_password(tmp_path: Path) -> None:
    with redis(tmp_path) as url:
        with redis_client.Redis.from_url(url) as connection:
            assert connection.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            password = connection.connection_pool.connection_kwargs["password"]
            port = connection.connection_pool.connection_kwargs["port"]
        with (
            redis_client.Redis(port=port) as stranger,
            pytest.raises(redis_client.AuthenticationError),
        ):
            stranger.ping()
        for process in psutil.process_iter(["cmdline"]):
            assert password not in " ".join(process.info["cmdline"] or ())
    assert list(tmp_path.iterdir()) == [tmp_path / "log"]
