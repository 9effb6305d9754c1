"""One run: jobs are submitted, cancelled and retried while things break; then all comes to rest."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from itertools import count
from typing import Any

import requests

from tests.harness import invariants
from tests.harness.chaos.faults import LATENCY, Faults
from tests.harness.chaos.parts import Parts

_PAUSE = (0.1, 0.7)  # seconds between two draws
_SUBMISSION, _DECISION = 0.45, 0.15  # parts of the draws that submit a job, and that cancel or retry one
_MOST = 60  # jobs at a time: a backlog would only wait for the faults to be over
_RECEIVED = re.compile(r"Task \S+\[(\S+)\] received")
_SENT_AGAIN = re.compile(r"Task \S+\[(\S+)\] retry: ")
_REFUSED = re.compile(r'"not claimed [^"]*: (\w+)"')


class Chaos:
    """A run of ``parts``; ``answers`` counts what the API said."""

    def __init__(self, parts: Parts, seed: int) -> None:
        self.parts = parts
        self.answers: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._faults = Faults(parts, self._chance)
        self._numbers = count(1)
        self._jobs: list[str] = []
        self._unanswered: list[dict[str, Any]] = []
        self._ended: set[str] = set()
        self._read = 0  # requests of the receiver

    def run(self, seconds: float) -> None:
        """Submit, decide and break things for so long, then mend everything."""
        self.parts.vendor.behave(latency=LATENCY)
        self._begin()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._faults.end()
            self.parts.keep_up()
            chance, pause = self._chance.random(), self._chance.uniform(*_PAUSE)
            if chance < _SUBMISSION:
                make = self._chance.choice(self.parts.documents)
                if self._going_on() < _MOST:
                    self._post(make(f"chaos-{next(self._numbers)}"))
            elif chance < _SUBMISSION + _DECISION:
                self._decide()
            else:
                self._faults.inject()
            time.sleep(pause)
        self._faults.end(all_=True)

    def _going_on(self) -> int:
        """Jobs that were accepted and whose end nobody has been told."""
        requests = self.parts.service.receiver.requests
        came = [request.json for request in requests[self._read :]]
        self._read = len(requests)
        self._ended |= {
            event["data"]["job_id"] for event in came if event["type"] in invariants.ENDS.values()
        }
        return len(set(self._jobs) - self._ended) + len(self._unanswered)

    def _begin(self) -> None:
        """Start everything; the service is up when it has begun its first job."""
        self.parts.workers.begin(2)
        self.parts.beats.begin()
        self.parts.apis.begin()
        self._post(self.parts.documents[0]("chaos-0"))
        while not self._jobs:
            time.sleep(0.2)
            self._post(self._unanswered.pop())
        self.parts.service.until(lambda: self.parts.service.job(self._jobs[0]).started_at, within=120)

    def rest(self, patience: float) -> None:
        """With everything mended: return once every job has ended and every event was told. AssertionError
        with what is left when nothing has happened for ``patience`` seconds."""
        service, moved, moved_at = self.parts.service, 0, time.monotonic()
        service.runtime.database.engine.dispose()
        while self._unanswered or not invariants.settled(service):
            self.parts.keep_up()
            unanswered, self._unanswered = self._unanswered, []
            for document in unanswered:
                self._post(document)
            self.parts.vendor.finish()
            self._shorten_waits()
            told = service.rows("SELECT sum(last_event) AS n FROM jobs")[0].n + len(service.receiver.requests)
            if told != moved:
                moved, moved_at = told, time.monotonic()
            elif time.monotonic() > moved_at + patience:
                invariants.check(service, self.parts.vendor.log)
                raise AssertionError(f"nothing has happened for {patience:g} s")
            time.sleep(1)

    def _shorten_waits(self) -> None:
        """Long waits between tries are not what is looked at here."""
        for statement in (
            "UPDATE steps SET due_at = now() WHERE due_at > now() + interval '10 s'",
            "UPDATE jobs SET recover_at = now() WHERE recover_at > now() + interval '30 s'",
            "UPDATE provider_limits SET open_until = NULL, paused_until = NULL, ceiling = NULL",
        ):
            self.parts.service.execute(statement)

    def report(self) -> str:
        """What was done and what came of it."""
        rows, vendor = self.parts.service.rows, self.parts.vendor.log.lines()
        redelivered, refused = self._messages()
        told = {
            "jobs": {row.state: row.n for row in rows("SELECT state, count(*) AS n FROM jobs GROUP BY 1")},
            "by flow": {row.flow: row.n for row in rows("SELECT flow, count(*) AS n FROM jobs GROUP BY 1")},
            "faults": dict(sorted(self._faults.injected.items())),
            "answers of the API": dict(sorted(self.answers.items())),
            "processes lost by steps": rows("SELECT sum(losses) AS n FROM steps")[0].n,
            "failures that passed": rows("SELECT sum(failures) AS n FROM steps")[0].n,
            "canvases sent again": rows("SELECT sum(greatest(dispatch - 1, 0)) AS n FROM jobs")[0].n,
            "messages redelivered": redelivered,
            "claims refused": dict(refused),
            "calls of the vendor": dict(
                Counter(
                    f"{line['op']}: {line.get('fault') or 'well'}" for line in vendor if line["op"] != "end"
                )
            ),
            "paid": self.parts.vendor.log.paid().total(),
            "calls of the instant provider": len(self.parts.service.calls()),
            "callbacks": len(self.parts.service.receiver.requests),
        }
        return "\n".join(f"{name}: {value}" for name, value in told.items())

    def _messages(self) -> tuple[int, Counter[str]]:
        """By the workers' logs: how many messages came again although nobody had sent them again, and why
        how many claims were refused."""
        logs = "".join(worker.log.read_text(errors="replace") for worker in self.parts.workers.ever)
        came, sent_again = Counter(_RECEIVED.findall(logs)), Counter(_SENT_AGAIN.findall(logs))
        redelivered = sum(max(0, times - 1 - sent_again[task]) for task, times in came.items())
        return redelivered, Counter(_REFUSED.findall(logs))

    def _post(self, document: dict[str, Any]) -> None:
        """Without an answer nobody knows whether the job was accepted: it is posted again with its key."""
        answer = self._ask("POST", "/v1/jobs", document)
        if answer is None or answer.status_code >= requests.codes.server_error:
            self._unanswered.append(document)
        elif answer.ok:
            self._jobs.append(answer.json()["job_id"])

    def _decide(self) -> None:
        """Cancel a job, or retry one that has failed."""
        cancel, which = self._chance.random() < 1 / 2, self._chance.random()
        if not self._jobs:
            return
        path = f"/v1/jobs/{self._jobs[int(which * len(self._jobs))]}"
        if cancel:
            self._ask("POST", f"{path}/cancel", {})
            return
        job = self._ask("GET", path)
        if job is not None and job.ok and (retry := (job.json().get("error") or {}).get("retry")):
            self._post(retry)

    def _ask(
        self, method: str, path: str, document: dict[str, Any] | None = None
    ) -> requests.Response | None:
        headers = {"Authorization": f"Bearer {self.parts.token}"}
        try:
            answer = requests.request(
                method, self.parts.api_url + path, json=document, headers=headers, timeout=10
            )
        except requests.RequestException as error:
            self.answers[f"{method} {type(error).__name__}"] += 1
            return None
        self.answers[f"{method} {answer.status_code}"] += 1
        return answer
