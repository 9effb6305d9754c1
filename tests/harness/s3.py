"""A real S3 server on loopback: moto's, behind what S3 checks and moto does not.

Signatures and their expiry, sums of what is uploaded, and conditional writes that are one step. It runs in
threads of the test's process, so that a test can make what it holds older; whoever else uses it comes over
HTTP.
"""

from __future__ import annotations

import base64
import hashlib
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self

from moto.backends import get_backend
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.harness.proxy import Proxy
from tests.harness.s3_signatures import wrong_signature

ACCESS_KEY, SECRET_KEY, REGION = "AKIATESTTESTTESTTEST", "secret-of-the-store-of-a-test", "eu-central-1"
KEYS = {ACCESS_KEY: SECRET_KEY}
BUCKET = "genai-assets"
_ACCOUNT = "123456789012"
_ALWAYS = b"<Initiated>2010-11-10T20:48:33.000Z"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: str
    status: int


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """The requests are in ``asked``."""


@dataclass
class S3Server:
    """``url`` is its endpoint. ``asked`` are the requests so far; ``refuse`` may answer one in place of the
    store; ``ahead`` seconds are what its clock is ahead of ours."""

    asked: list[Asked] = field(default_factory=list)
    refuse: Callable[[Request], Response | None] = lambda _: None
    ahead: float = 0.0

    def __post_init__(self) -> None:
        self._begun = datetime.now(UTC)
        self._one_step = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        self._way = Proxy(("127.0.0.1", self._server.server_port))
        self.url = f"http://127.0.0.1:{self._way.port}"

    def environment(self) -> dict[str, str]:
        """The variables with which a service finds it."""
        return {
            "GENAI_ASSETS_URL": f"s3://{BUCKET}/of/a/test",
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def keys(self, folder: str = "") -> list[str]:
        """The objects below the prefix of the test."""
        begin = f"of/a/test/{folder}"
        return sorted(key.removeprefix(begin) for key in self._bucket.keys if key.startswith(begin))

    def grow_old(self, seconds: float) -> None:
        """All that it holds becomes so much older."""
        for key in self._bucket.keys.values():
            key.last_modified -= timedelta(seconds=seconds)
        self._begun -= timedelta(seconds=seconds)

    def uploads(self) -> int:
        """Uploads in parts that are neither complete nor aborted."""
        return len(self._bucket.multiparts)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Connections are refused while the block runs."""
        self._way.cut()
        yield
        self._way.mend()

    @property
    def _bucket(self) -> Any:
        return get_backend("s3")[_ACCOUNT]["aws"].buckets[BUCKET]

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        refused = self.refuse(request) or self._refused(request, body)
        response = refused or self._asked_of_moto(request, environ)
        query = request.query_string.decode()
        self.asked.append(Asked(request.method, request.path, query, response.status_code))
        return response(environ, start_response)

    def _asked_of_moto(self, request: Request, environ: dict[str, Any]) -> Response:
        if request.method == "GET":
            answer = Response.from_app(_moto(), environ, buffered=True)
            return self._listed(answer) if "uploads" in request.args else answer
        with self._one_step:
            return Response.from_app(_moto(), environ, buffered=True)

    def _listed(self, response: Response) -> Response:
        """When uploads in parts were begun, which moto does not keep."""
        begun = self._begun.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        response.data = response.data.replace(_ALWAYS, f"<Initiated>{begun}".encode())
        return response

    def _refused(self, request: Request, body: bytes) -> Response | None:
        code = wrong_signature(request, KEYS, datetime.now(UTC) + timedelta(seconds=self.ahead))
        if code:
            return error(403, code)
        for name, sum_ in (("x-amz-content-sha256", _hex), ("x-amz-checksum-sha256", _base64)):
            said = request.headers.get(name, "UNSIGNED-PAYLOAD")
            if said != "UNSIGNED-PAYLOAD" and said != sum_(body):
                return error(400, "BadDigest")
        return None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self._way.__enter__().mend()
        get_backend("s3")[_ACCOUNT]["aws"].create_bucket(BUCKET, REGION)
        return self

    def __exit__(self, *_: object) -> None:
        self._way.__exit__()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        get_backend("s3")[_ACCOUNT]["aws"].reset()


@cache
def _moto() -> Any:
    return DomainDispatcherApplication(create_backend_app)


def error(status: int, code: str) -> Response:
    """An error as S3 answers it."""
    return Response(
        f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>of the test</Message></Error>",
        status,
        content_type="application/xml",
    )


def _hex(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _base64(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()
