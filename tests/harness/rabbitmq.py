"""RabbitMQ for tests: the running one, else a private instance of the installed one, else installed first.

Every run has a virtual host of its own. Where nothing can be had, tests that need it are skipped by
name; in CI (``CI=true``) that is a failure.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from amqp.exceptions import NotFound
from kombu import Connection

from genai.domain.enums import Queue
from genai.embedded.process import Process, free_port
from tests.harness.servers import Server

_RUNNING = "amqp://guest:guest@127.0.0.1:5672/"
_DELAY_LEVELS = 28  # kombu.transport.native_delayed_delivery: one queue per bit of the countdown
_SECONDS = 120  # for one command of rabbitmqctl
_ELECT = (
    "[ra:trigger_election({Name, node()}) || Queue <- rabbit_amqqueue:list(),"
    " amqqueue:get_type(Queue) =:= rabbit_quorum_queue, {Name, _} <- [amqqueue:get_pid(Queue)]]."
)


@contextmanager
def virtual_host(directory: Path) -> Iterator[str]:
    """A virtual host of this run, on whichever broker can be had; yields its URL."""
    if named := os.environ.get("GENAI_TEST_AMQP_URL"):
        yield named  # a virtual host that is ours already
        return
    if _answers(_RUNNING) and (vhost := _own_vhost()):
        try:
            yield _RUNNING + vhost
        finally:
            _ctl("delete_vhost", vhost)
        return
    # A running broker that we may not administer is left alone: its queues could be somebody's.
    if _installed():
        with node(directory) as running:
            yield running.url
        return
    _unavailable("RabbitMQ is neither running (with rabbitmqctl for us) nor installed nor installable")


def delete_queues(url: str) -> None:
    """Drop the service's queues with what is in them, and empty the broker's delays."""
    with Connection(url) as connection:
        for name in Queue:
            connection.default_channel.queue_delete(name.value)
        for level in range(_DELAY_LEVELS):
            with suppress(NotFound), connection.channel() as channel:
                channel.queue_purge(f"celery_delayed_{level}")


def _unavailable(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _answers(url: str) -> bool:
    try:
        with Connection(url, connect_timeout=2) as connection:
            connection.connect()
    except (OSError, *Connection(url).connection_errors):
        return False
    return True


def _own_vhost() -> str | None:
    name = f"genai-test-{secrets.token_hex(4)}"
    made = _ctl("add_vhost", name) and _ctl("set_permissions", "-p", name, "guest", ".*", ".*", ".*")
    return name if made else None


def _ctl(*arguments: str) -> bool:
    ctl = _executable("rabbitmqctl")
    if ctl is None:
        return False
    done = subprocess.run([ctl, "-q", *arguments], capture_output=True, timeout=_SECONDS, check=False)
    return done.returncode == 0


def _executable(name: str) -> str | None:
    """Debian installs them where only root's path looks."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def _installed() -> bool:
    if _executable("rabbitmq-server") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
    return _executable("rabbitmq-server") is not None


def _install() -> None:
    """One process at a time, since apt-get refuses to work beside another one."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    with Path(tempfile.gettempdir(), "genai-test-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _executable("rabbitmq-server") is not None:
            return
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "rabbitmq-server"]):
            subprocess.run([*command, "-qq"], env=quiet, capture_output=True, timeout=600, check=False)


@contextmanager
def node(directory: Path) -> Iterator[Server]:
    """A broker of its own, run as who we are, that may be stopped; what was published is still there when
    it has started again. Skips, or fails in CI, where there is none."""
    if not _installed():
        _unavailable("RabbitMQ is not installed nor installable")
    directory.mkdir(parents=True)
    plugins = directory / "enabled_plugins"
    plugins.write_text("[].\n")
    port, epmd_port = free_port(), free_port()
    (directory / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\n")
    env = {
        **os.environ,
        "HOME": str(directory),  # where Erlang keeps its cookie
        "ERL_EPMD_PORT": str(epmd_port),
        "RABBITMQ_NODENAME": f"genai-test-{secrets.token_hex(4)}@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_CONF_ENV_FILE": str(directory / "none"),
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
        "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
        "RABBITMQ_LOG_BASE": str(directory / "logs"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(directory / "pid"),
    }
    # Started by us, because the one that Erlang would start goes into the background and stays there.
    epmd = ["epmd", "-port", str(epmd_port), "-address", "127.0.0.1"]
    url = f"amqp://guest:guest@127.0.0.1:{port}//"
    with (
        Process("epmd", epmd, log=directory / "epmd.log"),
        _Node(directory, url, env) as running,
    ):
        yield running


class _Node(Server):
    def __init__(self, directory: Path, url: str, env: Mapping[str, str]) -> None:
        command = [_script("rabbitmq-server")]
        super().__init__("rabbitmq", command, directory=directory, url=url, answers=_answers, env=env)
        self._was_killed = False

    def kill(self) -> None:
        super().kill()
        self._was_killed = True

    def start(self) -> None:
        """As of any server. A quorum queue that was declared just before the node was killed comes back
        without a leader and waits for ever (rabbitmq-server issue 10070): it gets one, as docs/operating.md
        has an operator do."""
        super().start()
        if self._was_killed:
            elect = [str(_script("rabbitmqctl")), "eval", _ELECT]
            subprocess.run(elect, env=self._env, capture_output=True, timeout=_SECONDS, check=True)
            self._was_killed = False


def _script(name: str) -> Path:
    """Debian's wrapper on the path would change the user; the script behind it doesn't."""
    script = Path("/usr/lib/rabbitmq/bin", name)
    return script if script.exists() else Path(str(_executable(name)))
