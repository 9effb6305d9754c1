"""What the vendor does with a request: accept, tell, call off, hand out; in terms of HTTP and JSON."""

from __future__ import annotations

import hashlib
import json
import random
import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

import requests
from cattrs import BaseValidationError, Converter

from genai.domain.enums import Verdict
from tests.harness.vendor.faults import Fault, Kind, On, Plan
from tests.harness.vendor.generations import Generation, Generations, Latency, State, state_of
from tests.harness.vendor.log import VendorLog, now
from tests.harness.vendor.making import CAPABILITIES, Shop, addressed, units

_HOOKS = 4  # webhooks that are sent at once
_VERDICTS = {Kind.DRIFT: Verdict.DRIFT, Kind.UNSURE: Verdict.UNSURE}
_documents = Converter(forbid_extra_keys=True)


@dataclass(frozen=True)
class Behaviour:
    """How the vendor behaves; ``control`` changes it while it runs.

    ``latency`` by capability, ``*`` for all others. A result is kept for ``kept`` seconds after its end, one
    address of it works for ``address`` seconds. With ``once`` a key begins one generation, as it should.
    More than ``most_outstanding`` are answered with 429. ``seed`` of all chance.
    """

    latency: Mapping[str, Latency] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    kept: float = 3600.0
    address: float = 600.0
    once: bool = True
    most_outstanding: int | None = None
    seed: int = 1


def as_json(behaviour: Behaviour) -> dict[str, Any]:
    """What ``control`` takes."""
    document: dict[str, Any] = _documents.unstructure(behaviour)
    return document


@dataclass(frozen=True)
class Answer:
    """``body`` is JSON unless it is bytes of ``media_type``. ``damage`` is what becomes of it on its way;
    one that hangs does so ``until`` then."""

    status: int
    body: Any
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    damage: Kind | None = None
    until: Event | None = None


class VendorService:
    """One vendor: its generations, its files, its log, and its behaviour."""

    def __init__(self, url: str, key: str, log: Path) -> None:
        self.log = VendorLog(log)
        self._url = url
        self._key = key
        self._shop = Shop()
        self._addresses: dict[str, tuple[str, float, str]] = {}
        self._hooks = ThreadPoolExecutor(_HOOKS)
        self._generations = Generations(self.log, lambda ended: self._hooks.submit(self._send, ended))
        self._behaviour = Behaviour()
        self._plan = Plan((), self._behaviour.seed)
        self._chance = random.Random(self._behaviour.seed)

    def close(self) -> None:
        self._plan.over.set()
        self._generations.close()
        self._hooks.shutdown(cancel_futures=True)
        self.log.close()

    def control(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Behave in another way from now on: fields of :class:`Behaviour` as JSON, the others stay as they
        are. Named faults take the place of all that were left, and what hangs is over. ``{"finish": true}``
        ends all that is outstanding. Returns how things stand."""
        wanted = {name: value for name, value in changes.items() if name != "finish"}
        if wanted:
            self._behaviour = _documents.structure(as_json(self._behaviour) | wanted, Behaviour)
            if {"faults", "seed"} & set(wanted):
                before, self._plan = self._plan, Plan(self._behaviour.faults, self._behaviour.seed)
                before.over.set()
                self._chance = random.Random(self._behaviour.seed)
        if changes.get("finish"):
            self._generations.finish()
        return self.standing()

    def standing(self) -> dict[str, int]:
        return {
            "outstanding": self._generations.outstanding,
            "most_outstanding": self._generations.most_outstanding,
        }

    def authorized(self, header: str | None) -> Answer | None:
        """None for who has the key. Others are told what they sent, as some vendors do."""
        if header == f"Bearer {self._key}":
            return None
        return Answer(401, _error("invalid_key", f"Incorrect API key provided: {header}"))

    def submit(self, key: str | None, request: Mapping[str, Any], files: Mapping[str, str]) -> Answer:
        """Begin a generation, or tell of the one that was begun with this key."""
        at = now()
        capability = str(request.get("capability"))
        fault, answer = self._fault(On.SUBMIT, capability)
        accepted, begun = False, None
        if answer is None:
            answer, begun, accepted = self._begin(key, request, files)
            answer = replace(answer, damage=fault.kind if fault else None)
        self.log.write(
            "submit",
            at=at,
            key=key,
            id=begun.id if begun else None,
            capability=capability,
            status=answer.status,
            fault=fault.kind if fault else None,
            accepted=accepted,
            units=units(begun.request) if begun and accepted else 0,
        )
        if begun and request.get("wait") and answer.damage is not Kind.LOST:
            self._generations.wait(begun)
            return replace(answer, body=self._told(begun))
        return answer

    def _begin(
        self, key: str | None, request: Mapping[str, Any], files: Mapping[str, str]
    ) -> tuple[Answer, Generation | None, bool]:
        behaviour = self._behaviour
        try:
            capability, kind, inputs = request["capability"], request["kind"], request["inputs"]
            wanted = self._shop.request(kind, inputs)
        except (KeyError, BaseValidationError) as error:
            return Answer(422, _error("invalid", f"{type(error).__name__} in the request")), None, False
        if capability not in CAPABILITIES:
            return Answer(422, _error("invalid", f"there is no {capability}")), None, False
        full = behaviour.most_outstanding
        if full is not None and self._generations.outstanding >= full:
            return self._too_many("1"), None, False
        digest = hashlib.sha256(json.dumps([kind, inputs, dict(files)], sort_keys=True).encode()).hexdigest()
        latency = behaviour.latency.get(capability, behaviour.latency.get("*", Latency()))
        fate = self._plan.next(On.WORK, capability)
        new = Generation(
            capability,
            wanted,
            digest,
            key,
            request.get("hook"),
            latency.draw(self._chance),
            fate.kind if fate else None,
        )
        begun = self._generations.begin(new, once=behaviour.once)
        if begun.digest != digest:
            return Answer(422, _error("key_reused", "this key came with another request")), None, False
        return Answer(200, self._told(begun)), begun, begun is new

    def poll(self, id: str) -> Answer:
        """How a generation is."""
        generation = self._generations.get(id)
        if generation is None:
            return Answer(404, _error("unknown", "there is no such generation"))
        fault, answer = self._fault(On.POLL, generation.capability)
        answer = answer or Answer(200, self._told(generation), damage=fault.kind if fault else None)
        state = state_of(generation, self._behaviour.kept)
        self.log.write(**self._line("poll", generation, answer, fault), state=state)
        return answer

    def cancel(self, id: str) -> Answer:
        """Call a generation off, where it has not ended."""
        generation = self._generations.get(id)
        if generation is None:
            return Answer(404, _error("unknown", "there is no such generation"))
        fault, answer = self._fault(On.CANCEL, generation.capability)
        before = state_of(generation, self._behaviour.kept)
        if answer is None:
            after = self._generations.cancel(generation)
            told = {"id": id, "status": after}
            answer = Answer(200, told, damage=fault.kind if fault else None)
        self.log.write(**self._line("cancel", generation, answer, fault), state=before)
        return answer

    def result(self, token: str) -> Answer:
        """A result's file."""
        sha256, until, owner = self._addresses.get(token, ("", 0.0, ""))
        generation = self._generations.get(owner)
        if generation is None:
            return Answer(404, _error("unknown", "there is no such result"))
        fault, answer = self._fault(On.RESULT, generation.capability)
        if answer is None:
            data, media_type = self._shop.file(sha256)
            answer = Answer(200, data, media_type, damage=fault.kind if fault else None)
        if time.monotonic() > until or state_of(generation, self._behaviour.kept) is State.EXPIRED:
            answer = Answer(410, _error("expired", "this address has expired"))
        self.log.write(**self._line("result", generation, answer, fault), file=sha256)
        return answer

    def _told(self, generation: Generation) -> dict[str, Any]:
        """What the vendor says of a generation."""
        state = state_of(generation, self._behaviour.kept)
        told: dict[str, Any] = {"id": generation.id, "status": state, "progress": generation.progress}
        if state is State.SUCCEEDED:
            if generation.result is None:
                verdict = _VERDICTS.get(generation.fate, Verdict.PASS) if generation.fate else Verdict.PASS
                generation.result = self._shop.make(generation.capability, generation.request, verdict)
            told["result"] = addressed(generation.result, lambda sha256: self._address(sha256, generation))
        elif state is State.FAILED:
            told |= _error("internal", "the model ended early")
        elif state is State.REJECTED:
            told |= _error("content_policy", "the request shows what we do not make")
        return told

    def _address(self, sha256: str, generation: Generation) -> str:
        token = secrets.token_urlsafe(16)
        self._addresses[token] = (sha256, time.monotonic() + self._behaviour.address, generation.id)
        return f"{self._url}/results/file?signature={token}"

    def _fault(self, on: On, capability: str) -> tuple[Fault | None, Answer | None]:
        """The fault that happens to a call, and the answer in place of the work where it is of that kind."""
        plan = self._plan
        fault = plan.next(on, capability)
        return fault, self._instead(fault, plan) if fault else None

    def _instead(self, fault: Fault, plan: Plan) -> Answer | None:
        if fault.kind is Kind.RATE_LIMITED:
            return self._too_many(fault.retry_after)
        if fault.kind is Kind.UNAVAILABLE:
            return Answer(500, _error("internal", "something is wrong with us"))
        if fault.kind is Kind.REJECTED:
            return Answer(400, _error("content_policy", "the request shows what we do not make"))
        if fault.kind is Kind.EXPIRED:
            return Answer(410, _error("expired", "this address has expired"))
        if fault.kind is Kind.HANG:
            return Answer(0, {}, damage=fault.kind, until=plan.over)
        return Answer(0, {}, damage=fault.kind) if fault.kind is Kind.RESET else None

    def _too_many(self, retry_after: str | None) -> Answer:
        headers = {"Retry-After": retry_after} if retry_after else {}
        return Answer(429, _error("too_many", "slow down"), headers=headers)

    def _line(self, op: str, generation: Generation, answer: Answer, fault: Fault | None) -> dict[str, Any]:
        return {
            "op": op,
            "key": generation.key,
            "id": generation.id,
            "capability": generation.capability,
            "status": answer.status,
            "fault": fault.kind if fault else None,
        }

    def _send(self, generation: Generation) -> None:
        """Tell the hook of a generation that it has ended."""
        fault = self._plan.next(On.HOOK, generation.capability)
        kind = fault.kind if fault else None
        for _ in range({Kind.LOST: 0, Kind.TWICE: 2}.get(kind, 1) if kind else 1):
            status = 0
            with suppress(requests.RequestException):
                told = {"id": generation.id, "status": generation.state}
                status = requests.post(str(generation.hook), json=told, timeout=30).status_code
            self.log.write(**self._line("hook", generation, Answer(status, {}), fault))


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
