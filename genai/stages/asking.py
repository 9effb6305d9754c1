"""One intended paid call: reserved, made within the provider's limits, waited for by its ticket, settled.

Whatever interrupts it, running the step again goes on where it was: the row was committed before the
call, a ticket before anybody waits for it. Waiting holds no worker. Where a provider cannot do it and
another one may, that is asked with a row of its own, and the result carries a mark.
"""

from __future__ import annotations

import logging
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Row

from genai import links, logs, tracing
from genai.capabilities.base import Asynchronous, Call, Limited, Pending, Priced, Provider, Ticket, model_of
from genai.domain.enums import AttemptState, Capability
from genai.domain.limits import Limit
from genai.domain.records import to_json
from genai.errors import (
    ConfigurationError,
    JobEnded,
    LeaseLost,
    Permanent,
    RateLimited,
    Retryable,
    StepError,
    Waiting,
)
from genai.runtime import Runtime
from genai.stages.fallback import cost_of, goes_elsewhere, made_elsewhere
from genai.stages.produced import ResultFiles, files_of
from genai.stages.progress import Progress
from genai.store import attempts, provider_limits
from genai.store.assets import register_asset
from genai.store.budgets import reserve
from genai.store.claims import Claim

logger = logging.getLogger(__name__)

_THROTTLED = 5.0  # seconds, where a vendor does not say when it wants to be asked again
_POLL_GROWTH, _POLL_MOST, _POLL_PATIENT = 1.5, 10.0, 30.0  # seconds between polls; the last after:
_PATIENCE = 600.0


@dataclass
class Asking:
    """``capability`` asked of one of ``providers``, in their order, for one step. ``budget`` of the job, in
    US dollars."""

    runtime: Runtime
    claim: Claim
    providers: tuple[Provider, ...]
    capability: Capability
    progress: Progress
    files: ResultFiles
    budget: float | None

    def __post_init__(self) -> None:
        self.provider = self.providers[0]
        self.last = False  # whether no other one is left

    def result(self, request: Any, result_type: type[Any], *, number: int, seed: int) -> Any:
        """The result, with its files kept. Raises Waiting where it takes longer, and what the port raises."""
        while True:
            *failed, row = self._open(request, number)
            if row.state == AttemptState.SUCCEEDED:
                return self.files.result(row.result, result_type)
            if row.state == AttemptState.FAILED:
                raise Permanent(row.error["message"], code=row.error["code"], provider=row.provider)
            if row.state == AttemptState.CANCELLED:
                raise JobEnded("the call was cancelled")
            try:
                with tempfile.TemporaryDirectory(
                    prefix="genai-", dir=self.runtime.settings.work_dir
                ) as workdir:
                    call = Call(row.idempotency_key, Path(workdir), seed, self.progress, self._hook(row.id))
                    answer = made_elsewhere(self._ask(row, request, call), row.provider, failed)
                    made = self.files.keep(answer, self.provider.name)
            except StepError as error:
                error.provider = error.provider or self.provider.name
                if not self._failed(row, error):
                    raise
            else:
                self._settle(row.id, made)
                return made

    def _open(self, request: Any, number: int) -> list[Row[Any]]:
        """The attempt's rows, the last with a place at its provider and its price set aside. Raises Waiting,
        Permanent where the budget does not hold it, and ConfigurationError where a budget has to hold what
        has no price."""
        wait = None
        with self.runtime.database.transaction() as connection:
            rows = attempts.open_attempt(
                connection,
                self.claim,
                capability=self.capability,
                number=number,
                models={each.name: model_of(each, self.capability) for each in self.providers},
                request=to_json(request),
            )
            row = rows[-1]
            self._must_be(row.provider)
            self.last = {each.name for each in self.providers} <= {each.provider for each in rows}
            if row.state == AttemptState.STARTED:
                self._reserve(connection, row, request)
                wait = self._place(connection, row)
        if wait is not None:
            if wait.reason == "breaker" and not self.last:
                self._give_up(row, Permanent("it has failed too often", code="unavailable"))
                return self._open(request, number)
            raise Waiting(wait.reason, wait.due_in)
        return rows

    def _must_be(self, name: str) -> None:
        """A rerun asks whom the attempt was opened at, also when the settings prefer another one now."""
        if name != self.provider.name:
            self.provider = self.runtime.selection.named(self.capability, name)

    def _give_up(self, row: Row[Any], error: StepError) -> None:
        """The attempt is to be made at another provider."""
        self.runtime.database.persist(
            partial(attempts.fail_attempt, attempt_id=row.id, error=_told(error) | {"elsewhere": True})
        )

    def _reserve(self, connection: Connection, row: Row[Any], request: Any) -> None:
        if not isinstance(self.provider, Priced) or row.reserved:
            return
        client = self.runtime.settings.clients.get(self.claim.client)
        of_job, of_day = self.budget, client.daily_budget if client else None
        price = self.provider.price(request)
        if not price and (of_job is not None or of_day is not None):
            self._must_be_priced()
        reserve(connection, self.claim, row.id, price, of_job=of_job, of_day=of_day)

    def _must_be_priced(self) -> None:
        """No budget holds what nobody knows the price of."""
        vendor = self.runtime.settings.vendors.get(self.provider.name)
        for place in vendor.unpriced(self.capability) if vendor else ():
            raise ConfigurationError(
                f"GENAI_VENDORS_FILE: {place}: no price is set, and there is a budget to keep to; say what"
                " the model costs, or 0 where it is free"
            )

    def _place(self, connection: Connection, row: Row[Any]) -> provider_limits.Wait | None:
        limit = self._limit()
        if limit is None:
            return None
        settings = self.claim.brief.get("settings") or {}
        urgent = bool(settings.get("preview") or settings.get("priority"))
        return provider_limits.take_place(connection, row, limit, client=self.claim.client, urgent=urgent)

    def _limit(self) -> Limit | None:
        declared = self.provider.limit if isinstance(self.provider, Limited) else None
        return self.runtime.settings.limits.get(self.provider.name, declared)

    def _hook(self, attempt_id: int) -> str | None:
        settings = self.runtime.settings
        if not (settings.public_url and settings.link_secrets):
            return None
        return settings.public_url.rstrip("/") + links.hook_path(settings.link_secrets[0], attempt_id)

    def _ask(self, row: Row[Any], request: Any, call: Call) -> Any:
        if row.state == AttemptState.SUBMITTED:
            return self._poll(row, request, call)
        with tracing.span(f"{self.capability} by {self.provider.name}", model=row.model):
            answer = getattr(self.provider, self.capability.value)(request, call)
        if isinstance(answer, Ticket):
            submit = partial(
                attempts.submit_attempt, attempt_id=row.id, ticket=answer.id, poll_in=answer.poll_in
            )
            if self.runtime.database.persist(submit):
                raise Waiting("vendor", answer.poll_in)
            self._call_off(answer.id)
            raise LeaseLost("the vendor accepted it when nobody waited for it any more")
        return answer

    def _call_off(self, ticket: str) -> None:
        """Stop work that no row tells of."""
        try:
            cast(Asynchronous, self.provider).cancel(ticket)
        except (Permanent, Retryable) as error:
            logger.warning("%s of %s could not be called off: %s", ticket, self.provider.name, error)

    def _poll(self, row: Row[Any], request: Any, call: Call) -> Any:
        now = time.time()
        if (early := row.poll_at.timestamp() - now) > 1:
            raise Waiting("vendor", early)
        provider = cast(Asynchronous, self.provider)
        age = now - row.submitted_at.timestamp()
        delay: float | None = None
        try:
            answer = provider.poll(row.ticket, request, call)
        except Retryable as error:
            # The work goes on at the vendor: not knowing how far it is fails nothing.
            note = partial(attempts.note_error, attempt_id=row.id, error=_told(error))
            self.runtime.database.persist(note)
            delay = error.retry_after
        else:
            if not isinstance(answer, Pending):
                return answer
            delay = answer.poll_in
            if answer.progress is not None:
                self.progress(answer.progress)
        # What is done by now is taken, however late it is looked at.
        if age > self.runtime.settings.ticket_timeout:
            raise Permanent(
                f"the vendor has not finished within {age:.0f} s",
                code="vendor_timeout",
                details={"stopped": provider.cancel(row.ticket)},
            )
        if delay is None:
            delay = min(_POLL_MOST if age < _PATIENCE else _POLL_PATIENT, _POLL_GROWTH**row.polls)
        self.runtime.database.persist(partial(attempts.postpone_poll, attempt_id=row.id, poll_in=delay))
        raise Waiting("vendor", delay)

    def _settle(self, attempt_id: int, result: Any) -> None:
        document = self.files.document(result)
        files, limit = files_of(result), self._limit()

        def write(connection: Connection) -> None:
            for file in files:
                register_asset(connection, self.claim.client, file.found)
            attempts.settle_attempt(connection, attempt_id, result=document, cost=result.cost)
            if limit is not None:
                provider_limits.answered(connection, self.provider.name, limit)

        self.runtime.database.persist(write)

    def _failed(self, row: Row[Any], error: StepError) -> bool:
        """Record the failure; whether another provider is to be asked now. One that only asks for fewer
        calls becomes Waiting."""
        limit = self._limit()
        if isinstance(error, RateLimited):
            retry_after = error.retry_after or _THROTTLED

            def throttle(connection: Connection) -> None:
                attempts.charge_attempt(connection, row.id, cost_of(error))
                provider_limits.throttled(connection, self.provider.name, retry_after)
                attempts.give_place_back(connection, row.id)

            self.runtime.database.persist(throttle)
            raise Waiting("throttled", retry_after) from error
        accepted = row.state == AttemptState.SUBMITTED
        elsewhere = not self.last and goes_elsewhere(error, failures=row.errors + 1, accepted=accepted)
        told = _told(error) | ({"elsewhere": True} if elsewhere else {})

        def record(connection: Connection) -> None:
            attempts.charge_attempt(connection, row.id, cost_of(error))
            if elsewhere or isinstance(error, Permanent):
                attempts.fail_attempt(connection, row.id, told)
            else:
                attempts.note_error(connection, row.id, told)
            if limit is None:
                return
            if isinstance(error, Retryable):
                provider_limits.failed(connection, self.provider.name, limit)
            else:
                provider_limits.answered(connection, self.provider.name, limit)

        self.runtime.database.persist(record)
        if elsewhere:
            logger.warning(
                "%s of %s goes on elsewhere: %s", self.claim.key, self.claim.job_id, told["message"]
            )
        return elsewhere


def _told(error: StepError) -> dict[str, Any]:
    """What an attempt's row keeps of an error."""
    return {"code": error.code, "message": logs.hide(str(error))}


def cancel_tickets(runtime: Runtime, step_id: int) -> None:
    """Ask vendors to stop what they have accepted for the step, and record it. Raises Retryable where one
    cannot be told now."""
    with runtime.database.transaction() as connection:
        tickets = attempts.open_tickets(connection, step_id)
    for row in tickets:
        try:
            provider = runtime.selection.named(Capability(row.capability), row.provider)
            stopped = cast(Asynchronous, provider).cancel(row.ticket)
        except (Permanent, ConfigurationError):
            stopped = False  # nobody knows: it counts as paid for
        runtime.database.persist(partial(attempts.cancel_attempt, attempt_id=row.id, paid=not stopped))
