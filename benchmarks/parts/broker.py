"""Virtual hosts of a benchmark's own on the RabbitMQ that runs on this machine."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

_SERVER = os.environ.get("BENCH_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/")


@contextmanager
def virtual_host() -> Iterator[str]:
    """The URL of a new virtual host, deleted with its queues at the end."""
    name = f"genai-bench-{secrets.token_hex(4)}"
    _ctl("add_vhost", name)
    try:
        _ctl("set_permissions", "-p", name, "guest", ".*", ".*", ".*")
        yield _SERVER + name
    finally:
        _ctl("delete_vhost", name)


def _ctl(*arguments: str) -> None:
    # Debian installs it where only root's path looks.
    ctl = shutil.which("rabbitmqctl", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    subprocess.run([ctl or "rabbitmqctl", "-q", *arguments], check=True, capture_output=True, timeout=60)
