"""What must hold whatever has happened: read from the database, the asset store, the vendor's and the
instant provider's logs of calls, and the receiver's log."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

from tests.harness.receiver import Received
from tests.harness.service import Service
from tests.harness.vendor import VendorLog

ENDS = {"completed": "job.completed", "failed": "job.failed", "cancelled": "job.cancelled"}
_SKEW = 0.05  # seconds between the clocks of processes, and the digits that logs leave out


def check(service: Service, vendor: VendorLog | None = None, *, once: bool = True) -> None:
    """Raises AssertionError with everything that does not hold.

    For a service at rest: every job has ended and every event was told (:func:`settled`). ``once``: the
    vendor honours idempotency keys.
    """
    evidence = Evidence(service, vendor, once)
    violations = [violation for rule in _RULES for violation in rule(evidence)]
    assert not violations, "\n".join([f"{len(violations)} violations:", *violations])


def settled(service: Service) -> bool:
    """Whether every job has ended, and no event of a client with an address waits to be sent."""
    addressed = [name for name, client in service.runtime.settings.clients.items() if client.callback]
    return not service.rows(
        "SELECT 1 FROM jobs WHERE finished_at IS NULL UNION ALL"
        " SELECT 1 FROM outbox WHERE state = 'pending' AND client = ANY (:addressed) LIMIT 1",
        addressed=addressed,
    )


@dataclass(frozen=True)
class Evidence:
    """Everything that the rules look at, read once."""

    service: Service
    vendor: VendorLog | None
    once: bool

    @cached_property
    def jobs(self) -> Mapping[str, Any]:
        return {str(row.id): row for row in self.service.rows("SELECT * FROM jobs")}

    @cached_property
    def steps(self) -> Mapping[int, Any]:
        return {row.id: row for row in self.service.rows("SELECT * FROM steps")}

    @cached_property
    def attempts(self) -> Mapping[str, Any]:
        """By idempotency key."""
        return {row.idempotency_key: row for row in self.service.rows("SELECT * FROM attempts")}

    @cached_property
    def events(self) -> Mapping[str, Sequence[Any]]:
        """By job, in order."""
        found: dict[str, list[Any]] = {job_id: [] for job_id in self.jobs}
        for row in self.service.rows("SELECT * FROM outbox ORDER BY job_id, number"):
            found[str(row.job_id)].append(row)
        return found

    @cached_property
    def received(self) -> Mapping[str, Sequence[Received]]:
        """What the receiver of each job's events got, in the order in which it came."""
        found: dict[str, list[Received]] = defaultdict(list)
        for request in self.service.receiver.requests:
            found[request.json["data"]["job_id"]].append(request)
        return found


def _one_end(seen: Evidence) -> Iterator[str]:
    """Each accepted job has reached exactly one terminal state, and its last event alone tells it."""
    for job_id, job in seen.jobs.items():
        told = [event.type for event in seen.events[job_id] if event.type in ENDS.values()]
        if job.state not in ENDS:
            yield f"job {job_id} is {job.state}: {_standing(seen, job_id)}"
        elif told != [ENDS[job.state]] or seen.events[job_id][-1].type != told[0]:
            yield f"job {job_id} is {job.state} and its ends are {told}"


def _numbers(seen: Evidence) -> Iterator[str]:
    """Events of a job are numbered 1..n, the first says accepted, and percent never goes back."""
    for job_id, events in seen.events.items():
        numbers = [event.number for event in events]
        if numbers != list(range(1, seen.jobs[job_id].last_event + 1)):
            yield f"job {job_id}: event numbers {numbers}"
        if [event.type for event in events].count("job.started") > 1 or events[0].type != "job.accepted":
            yield f"job {job_id}: events {[event.type for event in events]}"
        percents = [event.body["data"]["percent"] for event in events]
        if any(later < earlier for earlier, later in pairwise(percents)):
            yield f"job {job_id}: percent went back: {percents}"


def _delivered(seen: Evidence) -> Iterator[str]:
    """Every event has arrived, in order, again only with its own id; progress may be left out."""
    for job_id, requests in seen.received.items():
        by_number: dict[int, set[str]] = {}
        for request in requests:
            by_number.setdefault(request.json["data"]["number"], set()).add(request.id)
        if list(by_number) != sorted(by_number):
            yield f"job {job_id}: events came in the order {list(by_number)}"
        if any(ids != {f"evt_{job_id}_{number}"} for number, ids in by_number.items()):
            yield f"job {job_id}: ids {by_number}"
    for job_id, events in seen.events.items():
        came = {request.id for request in seen.received.get(job_id, ())}
        for event in events:
            if event.state == "delivered" and event.id not in came:
                yield f"event {event.id} never arrived"
            if event.state == "dropped" and event.type != "job.progress":
                yield f"event {event.id} ({event.type}) was given up"


def _signed(seen: Evidence) -> Iterator[str]:
    """Every event came with the signature of its receiver's secret."""
    signer = Webhook(seen.service.receiver.secret)
    for request in seen.service.receiver.requests:
        # The library's own check would refuse what lies here for minutes.
        sent = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        if signer.sign(request.id, sent, request.body.decode()) != request.headers["webhook-signature"]:
            yield f"event {request.id} came with a wrong signature"


def _files(seen: Evidence) -> Iterator[str]:
    """No asset's row is without its file, and every file that can be seen has the bytes of its name."""
    store = seen.service.runtime.assets
    for row in seen.service.rows("SELECT * FROM assets"):
        if not store.exists(row.sha256):
            yield f"asset {row.sha256} has no file"
        elif store.path(row.sha256).stat().st_size != row.size:
            yield f"asset {row.sha256} is not {row.size} bytes"
    for path in _visible(seen.service.runtime.settings.assets_dir):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"file {path.name} has other bytes"


def _paid(seen: Evidence) -> Iterator[str]:
    """No call was made but for a recorded attempt, no more often than its step was claimed, and none was
    begun after its step had ended."""
    calls = Counter(call["key"] for call in seen.service.calls())
    submits = seen.vendor.lines("submit") if seen.vendor else []
    calls.update(line["key"] for line in submits)
    for key, times in calls.items():
        if key not in seen.attempts:
            yield f"{times} calls with the key {key}, of no attempt"
        elif times > (claims := seen.steps[seen.attempts[key].step_id].fence):
            yield f"{times} calls with the key {key}, whose step was claimed {claims} times"
    for line in submits:
        step = seen.steps.get(seen.attempts[line["key"]].step_id) if line["key"] in seen.attempts else None
        ended = step.finished_at if step else None
        if line["accepted"] and step and ended and line["at"] > ended.timestamp() + _SKEW:
            yield f"{step.key} of {step.job_id} had ended when the vendor was asked for it"
    for key, times in (seen.vendor.accepted() if seen.vendor else Counter()).items():
        most = 1
        if key in seen.attempts and not seen.once:
            most += seen.steps[seen.attempts[key].step_id].losses
        if times > most:
            yield f"the vendor has charged {times} times for the key {key}"


def _steps_rest(seen: Evidence) -> Iterator[str]:
    """In a job that has ended no step is alive, a completed job has nothing but succeeded ones, and what
    has succeeded was not touched afterwards."""
    for step in seen.steps.values():
        job = seen.jobs[str(step.job_id)]
        allowed = {"succeeded"} if job.state == "completed" else {"succeeded", "failed", "skipped"}
        if job.state in ENDS and step.state not in allowed:
            yield f"{step.key} of job {job.id}, which has {job.state}, is {step.state}"
    for attempt in seen.attempts.values():
        step = seen.steps[attempt.step_id]
        if step.state == "succeeded" and (
            attempt.fence > step.fence or attempt.created_at > step.finished_at
        ):
            yield f"{step.key} of job {step.job_id} was done again after it had succeeded"
        if step.source_id is not None:
            yield f"{step.key} of job {step.job_id} is reused and was paid for all the same"


def _given_back(seen: Evidence) -> Iterator[str]:
    """Jobs that have ended keep no place at a provider, no money set aside and no ticket."""
    for attempt in seen.attempts.values():
        step = seen.steps[attempt.step_id]
        if seen.jobs[str(step.job_id)].state not in ENDS:
            continue
        what = f"{attempt.capability} {attempt.number} of {step.key} of job {step.job_id} ({attempt.state})"
        if attempt.slot_at is not None:
            yield f"{what} keeps its place"
        if attempt.reserved:
            yield f"{what} keeps {attempt.reserved} US dollars set aside"
        if attempt.state == "submitted":
            yield f"{what} keeps its ticket"


_RULES: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    _one_end,
    _numbers,
    _delivered,
    _signed,
    _files,
    _paid,
    _steps_rest,
    _given_back,
)


def _standing(seen: Evidence, job_id: str) -> dict[str, str]:
    """What the job's unfinished steps are and wait for."""
    return {
        step.key: f"{step.state} {step.wait_reason or ''}".strip()
        for step in seen.steps.values()
        if str(step.job_id) == job_id and step.state != "succeeded"
    }


def _visible(root: Path) -> Iterator[Path]:
    """The files that have their final name; what is still being written is elsewhere."""
    return (path for path in root.glob("??/??/*") if path.is_file())
