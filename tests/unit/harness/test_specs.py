"""The server that stands for a vendor of a document: it lets right requests pass, and no wrong ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.harness.specs import Answer, Call, Damage, SpecServer
from tests.harness.specs.document import read

KEY = "sk-spec"
PNG = ("a.png", b"\x89PNG", "image/png")
EDIT = "/images/edits"
DONE = {"created": 1, "data": [{"b64_json": "AAAA"}]}
LIMITED = {
    "error": {"code": "rate_limit_exceeded", "message": "slow down", "param": None, "type": "requests"}
}


@pytest.fixture
def server() -> Iterator[SpecServer]:
    with SpecServer("openai.yaml", key=KEY) as running:
        running.answer("createImageEdit", 200, DONE)
        yield running


def send(server: SpecServer, path: str, method: str = "POST", **what: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {KEY}", **what.pop("headers", {})}
    return requests.request(method, server.url + path, headers=headers, timeout=30, **what)


def test_a_right_request_is_written_down_and_answered(server: SpecServer) -> None:
    fields = {"prompt": "a mug", "model": "gpt-image-1", "n": "1", "input_fidelity": "high"}
    parts = [("image[]", PNG), ("image[]", ("b.png", b"b", "image/png"))]
    assert send(server, EDIT, data=fields, files=parts).json() == DONE
    (call,) = server.asked("POST /images/edits")
    assert call.operation == "createImageEdit"
    assert [file.name for file in call.body["image[]"]] == ["a.png", "b.png"]
    assert call.body["prompt"] == "a mug"
    assert call.headers["authorization"] == "Bearer ***"
    assert KEY not in str(server.calls)
    assert server.violations == []


FORM: dict[str, Any] = {"data": {"prompt": "x"}, "files": {"image": PNG}}


@pytest.mark.parametrize(
    ("path", "what", "named"),
    [
        (EDIT, {"data": {"model": "m"}, "files": {"image": PNG}}, "body.it: "),  # no prompt
        (EDIT, {"data": {"prompt": "x"}, "files": {"other": PNG}}, '"image" is a required'),
        (EDIT, {"data": {"prompt": "x", "image": "text"}, "files": {"mask": PNG}}, "body.image: "),
        (EDIT, FORM | {"data": {"prompt": "x", "n": "many"}}, "body.n: "),
        (EDIT, FORM | {"data": {"prompt": "x", "n": "11"}}, "body.n: "),
        (EDIT, FORM | {"data": {"prompt": "x", "input_fidelity": "higher"}}, "body.input_fidelity: "),
        (EDIT, FORM | {"data": {"prompt": "x", "fidelity": "high"}}, "fidelity"),
        (EDIT, FORM | {"params": {"dry": "1"}}, "query.dry: "),
        (EDIT, {}, "body: is missing"),
        (EDIT, {"data": b"{]", "headers": {"Content-Type": "application/json"}}, "body: "),
        (EDIT, {"data": b"x", "headers": {"Content-Type": "text/plain"}}, "body: text/plain is none of"),
        (EDIT, FORM | {"headers": {"Authorization": "Bearer other"}}, "no header has the key"),
        ("/images/paintings", {"json": {}}, "no such path"),
        ("/images/variations", {"files": {"image": PNG}}, "the test has no answer"),
    ],
)
def test_a_wrong_request_is_a_violation(
    server: SpecServer, path: str, what: dict[str, Any], named: str
) -> None:
    send(server, path, **what)
    assert len(server.violations) == 1
    assert named in server.violations[0]


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (Answer(200, {"data": []}), "created"),
        (Answer(200, None), "a body is missing"),
        (Answer(200, DONE, {"Content-Type": "text/html"}), "text/html is none of"),
        (Answer(302, None), "has no 302"),
        (Answer(500, {"oops": True}), "error"),
    ],
)
def test_a_wrong_answer_is_a_violation(server: SpecServer, answer: Answer, named: str) -> None:
    server.answer("createImageEdit", body=lambda _: answer)
    send(server, EDIT, **FORM, allow_redirects=False)
    (violation,) = server.violations
    assert "the answer" in violation
    assert named in violation


def test_answers_come_in_order_and_the_last_one_stays(server: SpecServer) -> None:
    server.answer("createImageEdit", 429, LIMITED, {"Retry-After": "7"}).then(401, LIMITED).then(200, DONE)
    answers = [send(server, EDIT, **FORM) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 401, 200, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert server.violations == []


def test_an_answer_may_depend_on_the_call(server: SpecServer) -> None:
    def say(call: Call) -> dict[str, Any]:
        return {**DONE, "created": int(call.body["n"])}

    server.answer("createImageEdit", body=say)
    assert send(server, EDIT, **FORM | {"data": {"prompt": "x", "n": "3"}}).json()["created"] == 3


def test_damage_is_done_to_the_answer(server: SpecServer) -> None:
    server.answer("createImageEdit", 200, Damage.TRUNCATED).then(200, Damage.RESET).then(200, Damage.GARBAGE)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        send(server, EDIT, **FORM)
    with pytest.raises(requests.ConnectionError):
        send(server, EDIT, **FORM)
    with pytest.raises(requests.JSONDecodeError):
        send(server, EDIT, **FORM).json()
    assert server.violations == []


def test_a_hang_ends_with_the_server() -> None:
    with SpecServer(None) as server:
        server.answer("GET /slow", 200, Damage.HANG)
        raised: list[Exception] = []

        def ask() -> None:
            try:
                requests.get(f"{server.url}/slow", timeout=30)
            except requests.ConnectionError as error:
                raised.append(error)

        waiting = threading.Thread(target=ask)
        waiting.start()
    waiting.join()
    assert raised


def test_files_can_be_downloaded_until_they_are_forgotten(server: SpecServer) -> None:
    address = server.file("clip.mp4", b"frames", "video/mp4")
    answer = requests.get(address, headers={"Authorization": KEY}, timeout=30)
    assert (answer.content, answer.headers["Content-Type"]) == (b"frames", "video/mp4")
    assert server.downloads[0][1]["authorization"] == KEY
    server.forget("clip.mp4")
    assert requests.get(address, timeout=30).status_code == 404


def test_a_path_of_words_goes_before_one_with_parameters() -> None:
    found = read("elevenlabs.json").find("GET", "/v1/voices/settings/default")
    assert found
    assert found[0].path == "/v1/voices/settings/default"


@pytest.mark.parametrize("name", ["openai.yaml", "replicate.json", "elevenlabs.json", "runway.json"])
def test_every_operation_of_a_document_can_be_checked(name: str) -> None:
    document = read(name)
    for operation in document.operations:
        for schema in operation.bodies.values():
            document.errors(schema, {}, closed=True)
        for status in (200, 201, 400, 422, 429):
            for schema in (operation.answers(status) or {}).values():
                document.errors(schema, {})


def test_without_a_document_nothing_is_checked(spec_server: Callable[..., SpecServer]) -> None:
    server = spec_server(None, base="/v1")
    server.answer("POST /anything", 200, {"done": True})
    assert requests.post(f"{server.url}/anything", json={"x": 1}, timeout=30).json() == {"done": True}
    assert server.calls[0].body == {"x": 1}
    assert server.calls[0].operation == "POST /anything"
