"""What benchmarks of the engine run on: a database, the service's settings, a worker."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from genai.domain.enums import Queue
from genai.embedded.process import Process
from genai.store.database import Database
from genai.store.migrate import upgrade

HERE = Path(__file__).parents[1]
PEERS = HERE / "peers"
# Of the processes that run stages that do nothing, and what they are measured against.
SHARED = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join((str(HERE.parent), str(HERE / "plugin"), str(PEERS))),
    "PYTHONWARNINGS": "ignore",
}


def new_database(server: str, name: str, *, migrated: bool = False) -> str:
    """The URL of a new database, with the service's tables where ``migrated``."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = server.rpartition("/")[0] + f"/{name}"
    if migrated:
        database = Database(url.replace("postgresql:", "postgresql+psycopg:", 1))
        upgrade(database)
        database.close()
    return url


def settings(directory: Path, *, database: str, broker: str, results: str) -> dict[str, str]:
    """The environment of the service's processes; no limit on how many jobs run at once."""
    return SHARED | {
        "GENAI_DATABASE_URL": database,
        "GENAI_BROKER_URL": broker,
        "GENAI_RESULT_URL": results,
        "GENAI_ASSETS_DIR": str(directory / "assets"),
        "GENAI_WORK_DIR": str(directory / "work"),
        "GENAI_LOG_LEVEL": "WARNING",
        "GENAI_MAX_RUNNING": "100000",
        "GENAI_MAX_RUNNING_PER_CLIENT": "100000",
        "GENAI_RATE_LIMIT": "none",
    }


def worker_command(app: str = "genai", queues: Sequence[str] = tuple(Queue)) -> tuple[tuple[str, ...], str]:
    """The command line of a worker of two processes, without the interpreter, and its node's name."""
    node = f"bench-{secrets.token_hex(4)}@localhost"
    command = (
        *("-m", "celery", "-A", app, "worker", "--pool=prefork", "--concurrency=2"),
        *(f"--queues={','.join(queues)}", f"--hostname={node}", "--loglevel=WARNING"),
        *("--without-gossip", "--without-mingle"),
    )
    return command, node


def started(command: Sequence[str], env: Mapping[str, str], log: Path) -> Process:
    """A process of this interpreter."""
    return Process("worker", [sys.executable, *command], log=log, env=env)
