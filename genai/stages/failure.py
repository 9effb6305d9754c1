"""The structured error of a step, with the request that would resume its job."""

from __future__ import annotations

from typing import Any

from genai.contracts import CONTRACT
from genai.errors import ConfigurationError, Retryable, StepError
from genai.logs import hide
from genai.store.claims import Claim


def step_error(claim: Claim, error: BaseException, *, attempts: int) -> dict[str, Any]:
    """What a client is told. An unexpected error's text is not for clients: its kind is."""
    known = isinstance(error, StepError | ConfigurationError)
    return {
        "code": error.code if isinstance(error, StepError | ConfigurationError) else "internal",
        "message": hide(str(error)) if known else f"{claim.stage} crashed ({type(error).__name__})",
        "stage": claim.stage,
        "scene": claim.scene,
        "provider": error.provider if isinstance(error, StepError) else None,
        "attempts": attempts,
        "retryable": not known or isinstance(error, Retryable),
        "details": error.details if isinstance(error, StepError) else {},
        "retry": {
            "contract": CONTRACT,
            "job_type": "retry",
            "idempotency_key": f"{claim.job_id}-missing",
            "retry": {"job_id": claim.job_id, "stage": claim.stage, "scene": claim.scene, "scope": "missing"},
        },
    }
