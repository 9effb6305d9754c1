"""OpenAI's API by its SDK: requests, what their answers mean, and what they cost."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from openai import APIConnectionError, APIStatusError, OpenAI

from genai.capabilities.base import Call
from genai.errors import Permanent, Rejected, Retryable, StepError
from genai.providers.http import (
    Account,
    Document,
    bad_answer,
    bearer,
    failure,
    sdk_client,
    unanswered,
    without_secrets,
)
from genai.vendors import Model, Vendor

# The answer to a picture comes whole, after minutes in which nothing comes: OpenAI says that complex
# prompts may take two. A picture of four megapixels in base64 is below half of the bytes.
_SECONDS = 300.0
_BYTES = 80_000_000

# Codes of errors, from OpenAI's API reference and from what the service has been seen to answer.
_REFUSED = {"moderation_blocked", "content_policy_violation", "content_filter", "invalid_prompt"}
_NO_MODEL = {"model_not_found", "deployment_not_found"}
# A 429 as well, but one that passes only when somebody pays.
_UNPAID = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}


class Api:
    """One account. Safe to make before a fork: connections are opened by the process that uses them.

    OpenAI documents no idempotency key, so an interrupted call that is made again is paid again. The
    attempt's key goes with each request as ``X-Client-Request-Id``, by which OpenAI finds it in its logs.
    """

    def __init__(self, vendor: Vendor, *, seconds: float = _SECONDS) -> None:
        """``seconds`` are the deadline of each request."""
        self.account = Account(
            provider=vendor.name,
            url=vendor.url,
            key=bearer(vendor.key),
            read=seconds,
            total=seconds,
            answer_bytes=_BYTES,
        )
        connections: Any = sdk_client(self.account)  # of httpx, which the SDK takes as it takes httpx2
        self._sdk = OpenAI(api_key=vendor.key, base_url=vendor.url, max_retries=0, http_client=connections)
        # The SDK finds these in the environment, which is for our settings alone.
        self._sdk.organization = self._sdk.project = None

    def document(self, call: Call, ask: Callable[[OpenAI, dict[str, str]], Any]) -> Document:
        """The JSON object that a request is answered with. ``ask`` makes it by the SDK's raw responses,
        with these headers. Raises what :func:`genai.providers.http.failure` says, and Retryable
        (``bad_answer``) for no JSON object."""
        try:
            document = json.loads(self.content(call, ask))
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise self.bad_answer("is no JSON object")
        return document

    def content(self, call: Call, ask: Callable[[OpenAI, dict[str, str]], Any]) -> bytes:
        """As :meth:`document`, whatever the answer is."""
        try:
            answer = ask(self._sdk, {"X-Client-Request-Id": call.idempotency_key})
        except APIStatusError as error:
            said = error.response.text
            raise failure(self.account, error.status_code, error.response.headers, said, meaning) from None
        except APIConnectionError as error:
            raise unanswered(self.account, error) from None
        content: bytes = answer.content
        return content

    def bad_answer(self, what: str) -> Retryable:
        """The error for an answer that cannot be used."""
        return bad_answer(self.account, self.without_secrets(what))

    def without_secrets(self, said: str) -> str:
        return without_secrets(self.account, said)


def meaning(_status: int, document: Mapping[str, Any]) -> StepError | None:
    """What an error's document says beyond its status."""
    error = document.get("error")
    if not isinstance(error, Mapping):
        return None
    code, said = str(error.get("code") or ""), str(error.get("message") or "")
    if code in _REFUSED:
        return Rejected(f"openai refused the content: {said}")
    if code in _NO_MODEL:
        return Permanent(f"openai has no such model for this account: {said}", code="model_unavailable")
    if code in _UNPAID:
        return Permanent(f"openai wants to be paid first: {said}", code="vendor_refused")
    return None


def cost(model: Model, usage: Any) -> float | None:
    """US dollars for what an answer says was used; None where it does not say. Pictures among the input
    have a price of their own where the settings name one."""
    try:
        used, made = int(usage["input_tokens"]), int(usage["output_tokens"])
        details = usage.get("input_tokens_details") or {}
        pictured = int(details.get("image_tokens", 0)) if "input_image_token" in model.prices else 0
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return model.cost(input_token=used - pictured, input_image_token=pictured, output_token=made)
