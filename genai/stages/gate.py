"""The fidelity gate: check a picture, make it again while it drifts, at most three attempts in all.

Every check and every new picture is a call of this step with a row of its own, so an interrupted
gate goes on where it was. A new attempt starts from the original brief plus what was found wrong,
never from the drifted picture. Whether a verdict is good enough is decided here, by the job's policy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImageRequest
from genai.domain.creative import Finding
from genai.domain.enums import AssetRole, Verdict
from genai.domain.media import Mark
from genai.domain.records import to_json
from genai.domain.request import FidelityPolicy
from genai.errors import FidelityFailed, Permanent
from genai.stages.context import StepContext
from genai.stages.produced import kept_assets
from genai.stages.stage import StageResult
from genai.store.steps import StepAsset

MAX_ATTEMPTS = 3


class Decision(StrEnum):
    ACCEPT = "accept"
    REGENERATE = "regenerate"
    FAIL = "fail"


def decide(verdict: Verdict, policy: FidelityPolicy) -> Decision:
    """What the job's policy makes of a verdict: drift is made again, unsure is the job's choice."""
    if verdict is Verdict.PASS:
        return Decision.ACCEPT
    if verdict is Verdict.DRIFT:
        return Decision.REGENERATE
    return Decision(policy.on_unsure)


@dataclass(frozen=True)
class Gate:
    """``of``: the stage that made the first picture or clip. ``role``: which of its assets is checked.
    ``make``: another one from the original brief, given what was found wrong and the number of the
    attempt. ``check``: the comparison to ask for, given the candidate. ``prompt``: the brief in words."""

    of: str
    role: AssetRole
    make: Callable[[StepContext, tuple[Finding, ...], int], tuple[StepAsset, ...]]
    check: Callable[[StepContext, StepAsset], FidelityRequest]
    prompt: Callable[[StepContext], str] = lambda _: ""


def image_gate(
    of: str,
    role: AssetRole,
    brief: Callable[[StepContext], ImageRequest],
    check: Callable[[StepContext, StepAsset], FidelityRequest],
) -> Gate:
    """A gate over a picture whose original request is ``brief``."""

    def make(context: StepContext, findings: tuple[Finding, ...], number: int) -> tuple[StepAsset, ...]:
        request = replace(brief(context), findings=findings, attempt=number)
        seed = request.scene.seed if request.scene else 0
        return kept_assets(context.calls.image(request, number=number, seed=seed).images)

    def prompt(context: StepContext) -> str:
        request = brief(context)
        return request.scene.prompt if request.scene else request.prompt

    return Gate(of, role, make, check, prompt)


@dataclass(frozen=True)
class _Attempt:
    """``constraints``: what had been found before, which this picture was to avoid."""

    number: int
    prompt: str
    constraints: tuple[Finding, ...]
    assets: tuple[StepAsset, ...]
    candidate: StepAsset
    result: FidelityResult

    def as_json(self) -> dict[str, Any]:
        return {
            "attempt": self.number,
            "asset_id": self.candidate.sha256,
            "prompt": self.prompt,
            "constraints": [to_json(finding) for finding in self.constraints],
            "verdict": self.result.verdict.value,
            "score": round(self.result.score, 4),
            "aspects": {aspect: round(score, 4) for aspect, score in self.result.aspects.items()},
            "findings": [to_json(finding) for finding in self.result.findings],
            "reason": self.result.reason,
        }


def run_gate(context: StepContext, gate: Gate) -> StageResult:
    """Accept a picture or raise FidelityFailed, whose details hold every attempt and name the best."""
    policy = context.settings.fidelity
    attempts: list[_Attempt] = []
    for number in range(1, MAX_ATTEMPTS + 1):
        context.still_wanted()
        attempts.append(_attempt(context, gate, number, _findings(attempts)))
        decision = decide(attempts[-1].result.verdict, policy)
        if decision is Decision.ACCEPT:
            return _accepted(context, attempts, attempts[-1])
        if decision is Decision.FAIL:
            break
    # What a check could not tell may be faithful; what it saw drift is not.
    best = max(attempts, key=lambda a: (a.result.verdict is not Verdict.DRIFT, a.result.score))
    if policy.on_cap == "best" and len(attempts) == MAX_ATTEMPTS:
        return _accepted(context, attempts, best)
    raise FidelityFailed(
        f"no faithful picture of the product in {len(attempts)} attempts: {_summary(attempts[-1].result)}",
        details={"best": best.as_json(), "attempts": [attempt.as_json() for attempt in attempts]},
    )


def _attempt(context: StepContext, gate: Gate, number: int, findings: tuple[Finding, ...]) -> _Attempt:
    if number == 1:
        assets = context.input(gate.of).assets
    else:
        assets = gate.make(context, findings, number)
    candidate = next(asset for asset in assets if asset.role == gate.role)
    result = context.calls.fidelity(gate.check(context, candidate), number=number)
    return _Attempt(number, gate.prompt(context), findings if number > 1 else (), assets, candidate, result)


def _findings(attempts: list[_Attempt]) -> tuple[Finding, ...]:
    """What was found so far, each thing once."""
    return tuple(dict.fromkeys(finding for attempt in attempts for finding in _told(attempt.result)))


def _told(result: FidelityResult) -> tuple[Finding, ...]:
    """The findings; where a check could not tell, why."""
    if result.verdict is Verdict.UNSURE and result.reason and not result.findings:
        return (Finding("presence", result.reason),)
    return result.findings


def _accepted(context: StepContext, attempts: list[_Attempt], chosen: _Attempt) -> StageResult:
    marks = _marks(chosen.result)
    assets = tuple(
        replace(asset, marks=(*asset.marks, *(to_json(mark) for mark in marks)))
        if asset is chosen.candidate
        else asset
        for asset in chosen.assets
    )
    reasons = sorted(
        {mark["reason"] for asset in assets if asset.role == chosen.candidate.role for mark in asset.marks}
    )
    if reasons and not context.settings.allow_degraded:
        raise Permanent(
            f"only degraded output is possible ({', '.join(reasons)}), which the job forbids",
            code="degraded",
            details={"reasons": reasons},
        )
    return StageResult(
        output={**chosen.as_json(), "attempts": [attempt.as_json() for attempt in attempts]}, assets=assets
    )


def _marks(result: FidelityResult) -> tuple[Mark, ...]:
    if result.verdict is Verdict.UNSURE:
        return (*result.marks, Mark("unsure_check", result.reason or "the check could not tell"))
    if result.verdict is Verdict.DRIFT:
        return (*result.marks, Mark("drift_accepted", _summary(result)))
    return result.marks


def _summary(result: FidelityResult) -> str:
    return "; ".join(finding.text for finding in result.findings) or result.reason or "it drifted"
