"""The service's own processes: worker, beat, API. Each takes the environment that it runs in."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import requests
from celery import Celery

from genai.domain.enums import Queue
from genai.embedded.process import Process

_CELERY = (sys.executable, "-m", "celery", "-A", "genai")
_FIRST_ANSWER = 0.3  # seconds for the answer to a ping


class Worker(Process):
    """A prefork Celery worker. ``patience`` is longer than the worker's own soft shutdown."""

    def __init__(
        self,
        directory: Path,
        env: Mapping[str, str],
        *,
        queues: tuple[Queue, ...] = tuple(Queue),
        concurrency: int = 2,
        loglevel: str = "INFO",
        patience: float = 30.0,
    ) -> None:
        self.node = f"genai-{secrets.token_hex(4)}@localhost"
        self._broker_url = env["GENAI_BROKER_URL"]
        super().__init__(
            "worker",
            [
                *(*_CELERY, "worker", "--pool=prefork", f"--concurrency={concurrency}"),
                *(f"--queues={','.join(queues)}", f"--hostname={self.node}", f"--loglevel={loglevel}"),
                # Nobody to gossip with, and start-up would wait a second for its silence.
                *("--without-gossip", "--without-mingle"),
            ],
            log=directory / "worker.log",
            # A process for each core: threads of NumPy's would only wait for each other.
            env={"OPENBLAS_NUM_THREADS": "1", **env},
            patience=patience,
        )

    def wait_until_ready(self) -> None:
        """Return when it consumes: it answers a ping over the broker."""
        # An answer that comes after its time is lost, so the longer it takes the longer is each waited for.
        times = (_FIRST_ANSWER * 1.1**number for number in count())
        with Celery(broker=self._broker_url, set_as_current=False) as app:
            self.wait_until(lambda: bool(app.control.ping(destination=[self.node], timeout=next(times))))


def beat(directory: Path, env: Mapping[str, str]) -> Process:
    """The scheduler, with its schedule file in ``directory``."""
    schedule = directory / "beat-schedule"
    command = [*_CELERY, "beat", f"--schedule={schedule}", "--pidfile=", "--loglevel=INFO"]
    return Process("beat", command, log=directory / "beat.log", env=env)


class Api(Process):
    """The HTTP API under gunicorn on a port of 127.0.0.1; many threads, because event streams stay open."""

    application = "genai.wsgi:application()"

    def __init__(self, directory: Path, env: Mapping[str, str], *, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        super().__init__(
            "api",
            [
                *(sys.executable, "-m", "gunicorn", self.application, f"--bind=127.0.0.1:{port}"),
                *("--worker-class=gthread", "--workers=1", "--threads=256", "--graceful-timeout=5"),
                # Its control socket has one path for each user: two instances would fight for it.
                *("--no-control-socket", f"--worker-tmp-dir={directory}"),
            ],
            log=directory / "api.log",
            env=env,
        )

    def wait_until_ready(self) -> None:
        """Return when it answers."""
        self.wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.RequestException:
            return False
