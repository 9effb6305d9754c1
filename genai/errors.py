"""Every error this package raises, in one tree.

    GenaiError
    ├── ConfigurationError       a setting is missing or wrong; names the variable
    ├── InvalidInput             bad input; names the field (JSON pointer) and the remedy
    ├── ContractError            a document breaks its contract; lists every problem at once
    ├── NotFound                 no such job, step or asset for this client
    ├── Conflict                 the request contradicts what is stored
    ├── FetchRefused             an address was not fetched, or its page not read
    ├── StepError                a stage could not do its work
    │   ├── Retryable            may succeed later; carries ``retry_after`` (seconds)
    │   │   └── RateLimited      a vendor wants fewer calls; counts as no failure
    │   └── Permanent            will not succeed as it is
    │       ├── Rejected         refused for its content (a vendor's policy)
    │       └── FidelityFailed   no attempt was faithful to the product
    └── Interrupted              the step stops here and is not failed by it
        ├── Waiting              parked until ``due_in`` seconds from now, with a reason
        ├── LeaseLost            another worker holds the row; a late commit was refused
        └── JobEnded             the job is cancelled, failing or gone

The text of an error may reach a client: it holds no secret, no path and no address with a query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class GenaiError(Exception):
    """Base of all errors of this package."""

    code = "internal"


class ConfigurationError(GenaiError):
    """A setting is missing or wrong; the text names the variable and the remedy."""

    code = "configuration"


class InvalidInput(GenaiError):
    """Input that cannot be accepted.

    ``pointer`` is an RFC 6901 JSON pointer to the field, ``remedy`` what would be accepted.
    """

    code = "invalid_input"

    def __init__(self, pointer: str, detail: str, remedy: str = "") -> None:
        self.pointer = pointer
        self.detail = detail
        self.remedy = remedy
        super().__init__(" ".join(part for part in (f"{pointer or '/'}: {detail}", remedy) if part))


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a document: where (RFC 6901 JSON pointer), what, and what would be accepted."""

    pointer: str
    detail: str
    remedy: str = ""


class ContractError(GenaiError):
    """A document breaks its contract; ``problems`` lists everything that is wrong with it."""

    code = "invalid_input"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.pointer or '/'}: {p.detail}" for p in self.problems))


class NotFound(GenaiError):
    """There is no such thing, or it belongs to another client."""

    code = "not_found"


class Conflict(GenaiError):
    """The request contradicts what is stored."""

    code = "conflict"


class FetchRefused(GenaiError):
    """An address was not fetched, or its page not read; ``reason`` says which limit."""

    code = "fetch_refused"

    def __init__(self, reason: str, detail: str, *, retryable: bool = False) -> None:
        self.reason = reason
        self.retryable = retryable
        super().__init__(detail)


class StepError(GenaiError):
    """A stage could not do its work. ``details`` goes into the job's structured error.

    ``cost`` is what the vendor charges for the call all the same, in US dollars, where the adapter knows it.
    """

    code = "step_failed"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        provider: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.code = code or type(self).code
        self.provider = provider
        self.details = dict(details or {})
        self.cost: float | None = None
        super().__init__(message)


class Retryable(StepError):
    """The same call may succeed later, at the earliest after ``retry_after`` seconds."""

    code = "unavailable"

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        code: str | None = None,
        provider: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.retry_after = retry_after
        super().__init__(message, code=code, provider=provider, details=details)


class RateLimited(Retryable):
    """A vendor wants fewer calls (HTTP 429). The step waits; nothing of it is used up."""

    code = "rate_limited"


class Permanent(StepError):
    """The call will not succeed as it is."""

    code = "permanent"


class Rejected(Permanent):
    """The content was refused; the text is the vendor's reason."""

    code = "rejected"


class FidelityFailed(Permanent):
    """No attempt was faithful to the product; ``details`` names the best one."""

    code = "fidelity"


class Interrupted(GenaiError):
    """The step stops here and is not failed by it."""


class Waiting(Interrupted):
    """The step is parked: nothing holds a worker until ``due_in`` seconds have passed."""

    code = "waiting"

    def __init__(self, reason: str, due_in: float) -> None:
        self.reason = reason
        self.due_in = due_in
        super().__init__(f"waiting for {reason}, {due_in:g} s")


class LeaseLost(Interrupted):
    """Another worker has taken the step; what this one made is refused."""

    code = "lease_lost"


class JobEnded(Interrupted):
    """The job is cancelled, failing, finished or gone: no more work is wanted."""

    code = "job_ended"
