"""Tasks for a language model, on the Responses API with the answer's JSON Schema enforced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from openai import OpenAI

from genai.capabilities.base import Call
from genai.errors import Permanent, RateLimited, Rejected, Retryable
from genai.prompts.writing import INPUT_LIMIT, Task, WrongAnswer
from genai.providers.http import Document, charged
from genai.providers.openai.api import Api, cost
from genai.providers.openai.sending import sent
from genai.vendors import Model

Result = TypeVar("Result")

# What a model may say to one task, reasoning included, unless the settings say otherwise.
OUTPUT_TOKENS = 16_000
# What a call reads at most, in tokens: an input of that many characters with its instructions, a picture
# (1,229 were measured for 1024 x 1024 pixels).
_TEXT_TOKENS, _PICTURE_TOKENS = INPUT_LIMIT + 6_000, 2_800
_TURNS = 2  # an answer that cannot be used is asked for once more, with what is wrong with it


def answer(api: Api, model: Model, task: Task[Result], call: Call) -> tuple[Result, float]:
    """The task's result and its cost in US dollars.

    ``model.options``: ``effort`` of reasoning as the API has it; ``output_tokens``, the most that is said.
    Raises Retryable (``bad_answer``) where two answers cannot be used, Rejected for a refusal; each answer
    is paid for.
    """
    turns: list[dict[str, Any]] = [{"role": "user", "content": _content(task)}]
    spent, wrong = 0.0, ""
    for _ in range(_TURNS):
        request = _request(model, task, turns)
        with charged(spent):
            document = api.document(call, _sender(request))
        usage = cost(model, document.get("usage"))
        if usage is None:
            usage = price(model, 0) / _TURNS if document.get("status") == "completed" else 0.0
        spent += usage
        with charged(spent):
            said = _said(api, document)
        try:
            return task.read(_object(said)), spent
        except WrongAnswer as error:
            wrong = str(error)
        turns += [{"role": "assistant", "content": said}, {"role": "user", "content": wrong}]
    with charged(spent):
        raise api.bad_answer(f"cannot be used: {wrong}")


def price(model: Model, pictures: int) -> float:
    """What a task with so many pictures comes to at most, in US dollars."""
    made = int(model.options.get("output_tokens", OUTPUT_TOKENS))
    read = _TEXT_TOKENS + pictures * _PICTURE_TOKENS
    # The second turn reads the first one's answer as well.
    return _TURNS * model.cost(input_token=read, output_token=made, call=1) + model.cost(input_token=made)


def _content(task: Task[Any]) -> list[dict[str, Any]]:
    pictures = [
        {"type": "input_image", "image_url": sent(file, number).data_url, "detail": "high"}
        for number, file in enumerate(task.pictures, 1)
    ]
    return [{"type": "input_text", "text": task.input}, *pictures]


def _request(model: Model, task: Task[Any], turns: list[dict[str, Any]]) -> dict[str, Any]:
    form = {"type": "json_schema", "name": task.name, "schema": dict(task.schema), "strict": True}
    request: dict[str, Any] = {
        "model": model.name,
        "instructions": task.instructions,
        "input": turns,
        "text": {"format": form},
        "max_output_tokens": int(model.options.get("output_tokens", OUTPUT_TOKENS)),
        "store": False,
    }
    if effort := model.options.get("effort"):
        request["reasoning"] = {"effort": effort}
    return request


def _sender(request: Mapping[str, Any]) -> Any:
    def send(sdk: OpenAI, headers: dict[str, str]) -> Any:
        return sdk.responses.with_raw_response.create(**request, extra_headers=headers)

    return send


def _said(api: Api, document: Document) -> str:
    """The text of a response that was completed."""
    match document.get("status"):
        case "failed":
            raise _failed(api, document.get("error"))
        case "incomplete":
            reason = (document.get("incomplete_details") or {}).get("reason")
            if reason == "content_filter":
                raise Rejected("openai refused the content: its filter ended the answer")
            raise api.bad_answer(f"ends early ({reason})")
    texts = []
    for part in _parts(document):
        if part.get("type") == "refusal":
            raise Rejected(api.without_secrets(f"openai refused the content: {part.get('refusal')}"))
        if part.get("type") == "output_text":
            texts.append(str(part.get("text", "")))
    if not texts:
        raise api.bad_answer("says nothing")
    return "".join(texts)


def _parts(document: Document) -> list[Mapping[str, Any]]:
    output = document.get("output")
    items = [item for item in output if isinstance(item, Mapping)] if isinstance(output, list) else []
    return [
        part
        for item in items
        if item.get("type") == "message"
        for part in item.get("content") or ()
        if isinstance(part, Mapping)
    ]


def _failed(api: Api, error: Any) -> Retryable | Permanent:
    code = str(error.get("code")) if isinstance(error, Mapping) else "unknown"
    if code == "rate_limit_exceeded":
        return RateLimited("openai wants fewer calls")
    if code in ("server_error", "vector_store_timeout"):
        return Retryable(f"openai could not answer ({code})")
    said = api.without_secrets(str(error.get("message", ""))) if isinstance(error, Mapping) else ""
    if code in ("invalid_prompt", "image_content_policy_violation"):
        return Rejected(f"openai refused the content: {said}")
    return Permanent(f"openai failed to answer ({code}): {said}", code="vendor_failed")


def _object(said: str) -> dict[str, Any]:
    """The answer's JSON object. Raises WrongAnswer."""
    try:
        document = json.loads(said)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise WrongAnswer("the answer is no JSON object")
    return document
