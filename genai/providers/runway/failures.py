"""What Runway's errors and failed tasks mean.

Requests: https://docs.dev.runwayml.com/api-details/errors; an answer of 400 says ``error``, and ``issues``
where a field was wrong. Tasks: https://docs.dev.runwayml.com/errors/task-failures/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from genai.errors import Permanent, Rejected, StepError
from genai.providers.http import Account, bad_answer, failure, unanswered, without_secrets

_SAID = 300  # characters of the vendor's reason
_BAD_REQUEST = 400


@contextmanager
def asking(account: Account) -> Iterator[None]:
    """What the SDK raises in this block becomes an error of ours; for a task that is no longer there it is
    Permanent, ``result_expired``."""
    import runwayml

    try:
        yield
    except runwayml.NotFoundError:
        raise Permanent("runway has no such task any more", code="result_expired") from None
    except runwayml.APIStatusError as error:
        answer = error.response
        meant = failure(account, answer.status_code, answer.headers, answer.text, meaning(account))
        raise meant from None
    except runwayml.APIConnectionError as error:
        raise unanswered(account, error) from None
    except (runwayml.APIError, AttributeError, TypeError, ValueError):
        # The SDK reads on as if an answer were what it should be.
        raise bad_answer(account, "is not as documented") from None


def meaning(account: Account) -> Callable[[int, Mapping[str, Any]], StepError | None]:
    """For :func:`genai.providers.http.failure`."""

    def meant(status: int, document: Mapping[str, Any]) -> StepError | None:
        said = document.get("error")
        if status != _BAD_REQUEST or not isinstance(said, str):
            return None
        reason = without_secrets(account, said)[:_SAID]
        fields = set(_fields(document.get("issues")))
        code = "model_unavailable" if "model" in fields else "unsupported" if fields else "vendor_refused"
        named = f" ({', '.join(sorted(fields))})" if fields else ""
        return Permanent(f"runway says: {reason}{named}", code=code)

    return meant


def _fields(issues: Any) -> Iterator[str]:
    """What of the request was wrong, where the answer says it."""
    for issue in issues if isinstance(issues, list) else ():
        path = issue.get("path") if isinstance(issue, Mapping) else None
        if isinstance(path, list) and path:
            yield str(path[0])


def failed(account: Account, code: str | None, reason: str) -> Permanent:
    """The error for a failed task with this ``failureCode``.

    Content that was refused is Rejected. All else is ``vendor_failed``: what Runway would have tried again
    (``INTERNAL``, ``INPUT_PREPROCESSING.INTERNAL``, ``THIRD_PARTY.UNAVAILABLE``, no code at all) is ``again``
    in the details, since a task that has failed stays so and only a new one could do better.
    """
    parts = (code or "INTERNAL").upper().split(".")
    reason = without_secrets(account, reason or "no reason was given")[:_SAID]
    if "SAFETY" in parts:
        return Rejected(f"runway's moderation refused it ({code}): {reason}", details={"failure": code})
    if parts[0] == "ASSET":
        return Permanent(f"runway cannot use the picture ({code}): {reason}", code="unsupported")
    again = parts in (["INTERNAL"], ["INPUT_PREPROCESSING", "INTERNAL"]) or parts[0] == "THIRD_PARTY"
    return Permanent(
        f"runway's work failed ({code or 'no code'}): {reason}",
        code="vendor_failed",
        details={"failure": code, "again": again},
    )
