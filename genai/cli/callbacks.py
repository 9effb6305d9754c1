"""A callback receiver on loopback that verifies who sent an event: the demo's, and ``genai listen``."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import click

from genai.cli.console import print_json
from genai.cli.service import as_json
from genai.client import TERMINAL, Event, VerificationError, verify

_LARGEST = 10_000_000  # bytes of a callback
_PATIENCE = 10.0  # seconds that a sender may be silent


def new_secret() -> str:
    """A secret to sign callbacks with, in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class CallbackReceiver:
    """``secret`` is what callbacks to ``url`` are to be signed with; ``events`` are those that were.

    ``tell`` is called with each message once, its id and its event; ``refuse`` with why one is none.
    Messages are answered with ``status``; an event that comes again is told once.
    """

    def __init__(
        self,
        secret: str | None = None,
        *,
        port: int = 0,
        status: HTTPStatus = HTTPStatus.NO_CONTENT,
        tell: Callable[[str, Event], None] | None = None,
        refuse: Callable[[str], None] | None = None,
    ) -> None:
        self.secret = secret or new_secret()
        self.events: list[Event] = []
        self.refused = 0
        self._status = status
        self._tell, self._refuse = tell, refuse
        self._known: set[str] = set()
        self._arrived = threading.Condition()
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def take(self, headers: dict[str, str], body: bytes) -> HTTPStatus:
        """Keep a callback whose signature is right."""
        with self._arrived:
            try:
                event = verify(self.secret, headers, body)
            except VerificationError as error:
                self.refused += 1
                if self._refuse:
                    self._refuse(str(error))
                return HTTPStatus.UNAUTHORIZED
            finally:
                self._arrived.notify_all()
            if self._status < HTTPStatus.MULTIPLE_CHOICES:
                self.events.append(event)
            if headers["webhook-id"] not in self._known:
                self._known.add(headers["webhook-id"])
                if self._tell:
                    self._tell(headers["webhook-id"], event)
        return self._status

    def wait_for_end(self, job_id: str, *, within: float = 30.0) -> bool:
        """Whether the job's last event came in time (seconds)."""
        with self._arrived:
            return self._arrived.wait_for(lambda: self._has_ended(job_id), within)

    def _has_ended(self, job_id: str) -> bool:
        return any(event["type"] in TERMINAL and event["data"]["job_id"] == job_id for event in self.events)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, receiver: CallbackReceiver, port: int) -> None:
        self.receiver = receiver
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _PATIENCE

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > _LARGEST:
            self.send_response(HTTPStatus.LENGTH_REQUIRED)
        else:
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(self.server.receiver.take(headers, body))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Not to stderr: the screen belongs to what is told."""


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8900, show_default=True, help="On 127.0.0.1.")
@click.option(
    "--secret",
    envvar="GENAI_CALLBACK_SECRET",
    show_envvar=True,
    help="What callbacks are signed with.  [default: a new one, which is shown]",
)
@click.option(
    "--answer",
    type=click.IntRange(200, 599),
    default=204,
    show_default=True,
    help="The status to answer with, to see what the service makes of it.",
)
@as_json
def listen(port: int, secret: str | None, answer: int, as_json: bool) -> None:
    """Receive callbacks on this machine, verify and show them, until Ctrl-C.

    For developers: it shows what a receiver gets and what signatures are right. With --json each event is
    one line, as it came.

    \b
    genai listen
    genai listen --answer 503
    """
    try:
        receiver = CallbackReceiver(
            secret,
            port=port,
            status=HTTPStatus(answer),
            tell=_print_line if as_json else _print_event,
            refuse=lambda reason: click.secho(f"refused: {reason}", fg="red", err=True),
        )
    except OSError as error:
        raise click.BadParameter(f"cannot be listened on: {error.strerror}", param_hint="--port") from error
    except ValueError as error:
        raise click.BadParameter(f"no such status: {answer}", param_hint="--answer") from error
    from genai.embedded.process import ended_by_signals

    try:
        with ended_by_signals(), receiver:
            destination = {"url": receiver.url, "secrets": [receiver.secret]}
            click.echo(f"Listening. genai up --callback '{json.dumps(destination)}'", err=as_json)
            threading.Event().wait()
    except SystemExit:
        click.echo(f"{len(receiver.events)} events, {receiver.refused} refused", err=as_json)


def _print_line(_: str, event: Event) -> None:
    print_json(event)


def _print_event(message_id: str, event: Event) -> None:
    data, colors = event["data"], {"job.completed": "green", "job.failed": "red", "job.cancelled": "yellow"}
    click.secho(f"{event['type']:<14}", fg=colors.get(event["type"], "cyan"), bold=True, nl=False)
    step = " ".join(str(part) for part in (data.get("stage"), data.get("scene")) if part is not None)
    click.echo(f" {data['percent']:>3} %  {step:<24} {message_id}")
    for asset in data.get("assets", ()):
        link = data.get("links", {}).get(asset["asset_id"], asset["asset_id"])
        click.echo(f"    {asset['role']}  {link}")
    if data.get("error"):
        click.secho(f"    {data['error']['code']}: {data['error']['message']}", fg="red")
