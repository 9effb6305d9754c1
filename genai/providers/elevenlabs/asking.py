"""One request to ElevenLabs through its SDK, and what comes of it that is no answer.

An error's document is ``{"detail": {"code", "message", "param", "type", ...}}``; ``status`` in place of
``code`` is the older form (https://elevenlabs.io/docs/eleven-api/resources/errors). The service's own
validation (422) has a list in place of the object.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from genai.errors import Permanent, Rejected, StepError
from genai.providers.http import Account, bad_answer, charged, failure, unanswered, without_secrets

ONCE: Any = {"max_retries": 0}  # the SDK's request options: retries are the engine's
_OK, _REDIRECT, _FORBIDDEN = 200, 300, 403
_SAID = 300  # characters of the vendor's reason

_REFUSED = {"content_against_policy", "famous_voice_not_permitted", "bad_prompt", "bad_composition_plan"}
_CODES = {
    "voice_not_found": "unknown_voice",
    "voice_does_not_exist": "unknown_voice",
    "model_not_found": "model_unavailable",
    "model_does_not_exist": "model_unavailable",
    "model_access_denied": "model_unavailable",
    "max_character_limit_exceeded": "unsupported",
    "text_too_long": "unsupported",
    "unsupported_language": "unsupported_language",
    "quota_exceeded": "vendor_refused",
    "payment_required": "vendor_refused",
}
_PARAMETERS = {"model_id": "model_unavailable", "voice_id": "unknown_voice"}


@contextmanager
def asking(account: Account, cost: float) -> Iterator[None]:
    """What the SDK raises in this block becomes an error of ours; ``cost`` in US dollars is that of an answer
    which the SDK cannot read."""
    import httpx
    from elevenlabs.core.api_error import ApiError
    from elevenlabs.core.parse_error import ParsingError

    try:
        yield
    except ApiError as error:
        status = error.status_code or 0
        if _OK <= status < _REDIRECT:  # how the SDK says that an answer is no JSON
            raise bad_answer(account, "is no JSON") from None
        said = error.body if isinstance(error.body, str) else json.dumps(error.body, default=str)
        raise failure(account, status, error.headers or {}, said, _meaning(account)) from None
    except (ParsingError, UnicodeDecodeError):
        with charged(cost):
            raise bad_answer(account, "is not as documented") from None
    except httpx.TransportError as error:
        raise unanswered(account, error) from None


def _meaning(account: Account) -> Any:
    def meaning(status: int, document: Mapping[str, Any]) -> StepError | None:
        detail = document.get("detail")
        if not isinstance(detail, Mapping):
            return None
        said = str(detail.get("code") or detail.get("status") or "")
        reason = without_secrets(account, str(detail.get("message") or "no reason was given"))[:_SAID]
        if {said, str(detail.get("status"))} & _REFUSED:
            return Rejected(reason)
        code = _CODES.get(said) or _CODES.get(str(detail.get("status")))
        code = code or _PARAMETERS.get(str(detail.get("param")))
        if status == _FORBIDDEN:  # the key is right, and its plan or workspace may not do this
            code = code or "vendor_refused"
        return Permanent(f"{account.provider} says: {reason}", code=code) if code else None

    return meaning
