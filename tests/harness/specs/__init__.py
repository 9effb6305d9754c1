"""A vendor on loopback, described by its own OpenAPI document: a real, threaded HTTP server.

    with SpecServer("openai.yaml", key=KEY) as server:   # or the fixture: server = spec_server("openai.yaml")
        server.answer("createImage", 200, {"created": 1, "data": [{"b64_json": "..."}]})
        ...                                              # the adapter's base address is server.url
        assert server.calls[0].body["model"] == "gpt-image-1"
        assert server.violations == []                   # the fixture asserts it at the test's end

**Documents** are in ``../shared/specs`` beside the project (openai.yaml, replicate.json, elevenlabs.json,
runway.json). Where one is missing the test is skipped, naming it. ``SpecServer(None)`` is the same server
without a document: it checks nothing, and its operations are the paths as they are sent, or with names in
braces (``GET /v1/tasks/{id}``). Golden requests are tested on that one, and so always run.

**What is checked**: that the document has the method and path; path, query and header parameters (a query
parameter that it does not know is wrong); the body against its schema, JSON or multipart, where a field
that the schema does not know is wrong on the top level; with ``key``, that some header has the key.
Answers are checked too: JSON against the schema of their status. For an error status that the document
leaves out, its schema of errors holds (``ErrorResponse``) if it has one, or else anything goes. A
:class:`Damage` is not checked. Everything that is wrong is a text in ``violations``, and the request is
still answered.

**Answers**: ``answer(operation, status, body, headers)`` says what the operation answers from now on, in
place of what was said before. ``operation`` is an operationId or ``POST /images/edits`` as the document
writes it. ``body`` is a JSON value, bytes, a file (Path), None, a :class:`Damage` (HANG, RESET, TRUNCATED,
GARBAGE, PAGE), or a function of the :class:`Call` that gives one of these or a whole :class:`Answer`.
``.then(status, body, headers)`` adds the answer after it: ``answer(x, 429, ERROR, {"Retry-After": "7"})
.then(200, DONE)``; the last one stays. An operation that was told nothing answers 501, a violation.

**Written down**: ``calls`` (see :class:`Call`), ``asked(operation)`` for those of one operation,
``connections`` (how many were opened).

**Downloads**: ``file(name, data, media_type)`` serves a file and gives its address; ``host``
(``127.0.0.1:port``) is what goes into ``result_hosts``; ``downloads`` are the names asked for, each with the
request's headers, the key unmasked: a result's host must not see it. ``forget(name)`` lets it expire (404).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest

from tests.harness.specs.bodies import File
from tests.harness.specs.checking import answer_errors, request_errors
from tests.harness.specs.document import Document, Operation, read
from tests.harness.specs.server import (
    FILES,
    Answer,
    Call,
    Damage,
    Script,
    Server,
    Told,
    encoded,
    scripted,
)
from tests.harness.specs.server import read as read_call

__all__ = ["Answer", "Call", "Damage", "File", "SpecServer", "spec_server"]


class SpecServer:
    """See the module. ``url`` is the address with the document's base path, ``origin`` without it."""

    def __init__(self, document: str | None, *, key: str | None = None, base: str = "") -> None:
        """``base``: the base path, where there is no document that says it."""
        self._document: Document | None = read(document) if document else None
        self._base = self._document.base if self._document else base
        self._key = key
        self._scripts: dict[str, Script] = {}
        self._lock = threading.Lock()
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self._server = Server()
        self._server.respond = self._respond
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.origin = f"http://{self.host}"
        self.url = self.origin + self._base
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def answer(
        self,
        operation: str,
        status: int = 200,
        body: Told = None,
        headers: Mapping[str, str] | None = None,
    ) -> Script:
        """What the operation answers from now on. Raises LookupError where the document has none such."""
        name = self._document.named(operation).name if self._document else operation
        script = self._scripts[name] = Script(scripted(status, body, headers))
        return script

    def said(self, operation: str) -> Callable[[Call], Answer]:
        """What the operation answers as it was told so far: for a test that says something before that."""
        name = self._document.named(operation).name if self._document else operation
        return self._scripts[name].next

    def asked(self, operation: str) -> list[Call]:
        """The calls of one operation."""
        return [call for call in self.calls if operation in (call.operation, call.name)]

    @property
    def connections(self) -> int:
        return self._server.connections

    @property
    def downloads(self) -> list[tuple[str, dict[str, str]]]:
        return self._server.downloads

    def file(self, name: str, data: bytes | Path, media_type: str) -> str:
        """Serve a file; its address."""
        self._server.files[name] = (data.read_bytes() if isinstance(data, Path) else data, media_type)
        return f"{self.origin}{FILES}{name}"

    def forget(self, name: str) -> None:
        """The file's address has expired."""
        del self._server.files[name]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def _respond(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        call, unreadable = read_call(method, target, headers, body, self._base, self._key)
        found = self._document.find(method, call.path) if self._document else None
        if found:
            operation, parameters = found
            call = replace(call, operation=operation.id or operation.name, name=operation.name)
            call = replace(call, parameters=parameters)
        elif not self._document:
            name, parameters = self._told(f"{method} {call.path}")
            call = replace(call, operation=name, name=name, parameters=parameters)
        with self._lock:
            self.calls.append(call)
        if unreadable:
            self._violated(call, unreadable)
        elif found:
            wrong = request_errors(found[0], call.parameters, call.query, call.headers, call.body)
            self._violated(call, *wrong)
        elif self._document:
            self._violated(call, "the document has no such path")
        if self._key and not any(self._key in value for value in headers.values()):
            self._violated(call, "no header has the key")
        return self._answer_to(call, found[0] if found else None)

    def _told(self, asked: str) -> tuple[str, dict[str, str]]:
        """The operation of ``asked`` where no document says it: one with ``{id}`` stands for every id."""
        for name in () if asked in self._scripts else tuple(self._scripts):
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(name))
            if found := re.fullmatch(pattern, asked):
                return name, found.groupdict()
        return asked, {}

    def _answer_to(self, call: Call, operation: Operation | None) -> Answer:
        script = self._scripts.get(call.name)
        if script is None:
            if call.name:
                self._violated(call, "the test has no answer for it")
            return Answer(501, {"error": {"message": f"no answer for {call.name or call.path}"}})
        try:
            answer = script.next(call)
        except Exception as error:  # noqa: BLE001 - the test's function; its error is told to the test
            self._violated(call, f"the test's answer failed: {error!r}")
            return Answer(501, {"error": {"message": "the test's answer failed"}})
        if operation and not isinstance(answer.body, Damage):
            self._check(call, operation, answer)
        return answer

    def _check(self, call: Call, operation: Operation, answer: Answer) -> None:
        body: Any = answer.body
        _, usual = encoded(body) if not isinstance(body, Path) else (b"", "application/octet-stream")
        named = next(
            (value for name, value in answer.headers.items() if name.lower() == "content-type"), usual
        )
        if isinstance(body, Path):
            body = b""
        media_type = named.partition(";")[0].strip().lower()
        wrong = answer_errors(operation, answer.status, media_type, body)
        self._violated(call, *(f"the answer {answer.status}: {each}" for each in wrong))

    def _violated(self, call: Call, *wrong: str) -> None:
        with self._lock:
            self.violations.extend(f"{call.name or f'{call.method} {call.path}'}: {each}" for each in wrong)


@pytest.fixture
def spec_server() -> Iterator[Callable[..., SpecServer]]:
    """Makes a :class:`SpecServer` of its arguments, which runs until the test's end; then there must be no
    violation."""
    with ExitStack() as stack:
        made: list[SpecServer] = []

        def make(document: str | None, **options: Any) -> SpecServer:
            made.append(stack.enter_context(SpecServer(document, **options)))
            return made[-1]

        yield make
        for server in made:
            assert server.violations == []
