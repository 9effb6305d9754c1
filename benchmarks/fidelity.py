"""How well the local checker tells faithful pictures from drifted ones.

Prints ROC AUC, balanced accuracy at the shipped thresholds, recall per kind of drift and milliseconds per
check, apart for the products that thresholds were looked for on and for the others, beside plain
baselines. Seeded: equal arguments, equal numbers.

    python benchmarks/fidelity.py --products ../shared/products --cache /tmp/fidelity
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from parts.fidelity_baselines import BASELINES
from parts.fidelity_cases import (
    DEVELOPMENT,
    EVEN,
    KINDS,
    PASS,
    Case,
    composed,
    file_of,
    photographed,
    products,
)
from scipy.stats import rankdata

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest
from genai.domain.creative import ProductBrief, Reference
from genai.domain.enums import Verdict
from genai.media.pixels import save_png
from genai.providers.local.fidelity import fidelity

PARTS = ("composed", "all_views", "with_model", "detail", "photographs")


@dataclass(frozen=True)
class Answer:
    """``scores``: the checker's under "checker", and the baselines'."""

    product: str
    kind: str
    covered: bool
    candidate: str
    verdict: str
    seconds: float
    scores: dict[str, float]
    aspects: dict[str, float]
    findings: list[str]


def ask(case: Case, workdir: Path, *, baselines: bool) -> Answer:
    request = FidelityRequest(
        ProductBrief(case.product),
        case.references,
        file_of(case.candidate),
        composition=case.composition,
        partial=case.partial,
    )
    call = Call("benchmark", workdir)
    _know(case.references, workdir)
    start = time.process_time()
    result = fidelity(request, call)
    seconds = time.process_time() - start
    scores = {"checker": result.score}
    if baselines:
        scores |= {name: measure(case.plain, case.candidate) for name, measure in BASELINES.items()}
    words = [finding.text for finding in result.findings] + ([result.reason] if result.reason else [])
    return Answer(
        case.product,
        case.kind,
        case.covered,
        case.candidate.name,
        result.verdict.value,
        seconds,
        scores,
        dict(result.aspects),
        words,
    )


@lru_cache(maxsize=1)
def _know(references: tuple[Reference, ...], workdir: Path) -> None:
    """Have the references cut out and their features found, as they are from a product's second check on."""
    path = workdir / "blank.png"
    save_png(path, np.full((256, 256, 3), 128, np.uint8))
    fidelity(FidelityRequest(ProductBrief("any"), references, file_of(path)), Call("benchmark", workdir))


def auc(faithful: Sequence[float], drifted: Sequence[float]) -> float:
    """Area under the ROC curve: how often a faithful picture scores above a drifted one."""
    ranks = rankdata([*faithful, *drifted])
    count = len(faithful)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(drifted)))


def share(answers: Sequence[Answer], verdict: Verdict) -> float:
    return sum(answer.verdict == verdict for answer in answers) / max(1, len(answers))


def report(title: str, answers: Sequence[Answer]) -> None:
    faithful = [answer for answer in answers if answer.kind == PASS]
    drifted = [answer for answer in answers if answer.kind not in (PASS, EVEN)]
    if not faithful or not drifted:
        return
    print(f"\n{title}: {len(faithful)} faithful, {len(drifted)} drifted")
    for name in answers[0].scores:
        area = auc([a.scores[name] for a in faithful], [a.scores[name] for a in drifted])
        print(f"  AUC {area:.4f}  {name}")
    passed, refused, unsure = (share(faithful, v) for v in (Verdict.PASS, Verdict.DRIFT, Verdict.UNSURE))
    print(f"  faithful: {passed:.1%} pass, {refused:.1%} drift, {unsure:.1%} unsure")
    print(
        f"  drifted: {share(drifted, Verdict.DRIFT):.1%} drift, {share(drifted, Verdict.PASS):.1%} pass, "
        f"{share(drifted, Verdict.UNSURE):.1%} unsure"
    )
    balanced = (passed + 1 - share(drifted, Verdict.PASS)) / 2
    strict = (passed + share(drifted, Verdict.DRIFT)) / 2
    print(f"  balanced accuracy {balanced:.1%} (unsure refuses), {strict:.1%} (unsure is always wrong)")
    for kind in sorted({answer.kind for answer in answers} - {PASS}):
        these = [answer for answer in answers if answer.kind == kind]
        print(
            f"    {kind:16}{len(these):4} caught {share(these, Verdict.DRIFT):6.1%}  "
            f"unsure {share(these, Verdict.UNSURE):6.1%}  passed {share(these, Verdict.PASS):6.1%}"
        )


def report_photographs(title: str, answers: Sequence[Answer]) -> None:
    report(title, answers)
    told = [answer for answer in answers if answer.verdict != Verdict.UNSURE]
    right = sum((answer.verdict == Verdict.PASS) == (answer.kind == PASS) for answer in told)
    seen = [answer for answer in answers if answer.kind == PASS and answer.covered]
    unseen = [answer for answer in answers if answer.kind == PASS and not answer.covered]
    print(f"  right of those told: {right / max(1, len(told)):.1%} of {len(told)}")
    print(f"  unsure where a reference shows the view: {share(seen, Verdict.UNSURE):.1%} of {len(seen)}")
    print(f"  unsure where none does: {share(unseen, Verdict.UNSURE):.1%} of {len(unseen)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--products", type=Path, required=True, help="folders of photographs, and _grounds")
    parser.add_argument("--cache", type=Path, required=True, help="keeps cut-outs and composed pictures")
    parser.add_argument("--rounds", type=int, default=2, help="candidates per cut-out and kind of drift")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--half", choices=("development", "held_out"))
    parser.add_argument("--kind", choices=(PASS, *KINDS), action="append", help="of the composed ones")
    parser.add_argument("--baselines", action="store_true")
    parser.add_argument("--answers", type=Path, help="write every answer here, a line of JSON each")
    parser.add_argument("--verbose", action="store_true", help="print every wrong answer")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    known = products(options.products, options.cache)
    grounds = sorted((options.products / "_grounds").glob("*.jpg"))
    kept: list[Answer] = []
    for part in options.part or ("composed", "photographs"):
        if part == "photographs":
            cases = photographed(known)
        else:
            cases = composed(
                known,
                grounds,
                options.cache,
                rounds=options.rounds,
                seed=options.seed,
                part=part,
            )
        answers = []
        for case in cases:
            developed = case.product in DEVELOPMENT
            if options.half and developed != (options.half == "development"):
                continue
            if options.kind and part != "photographs" and case.kind not in options.kind:
                continue
            answer = ask(case, options.cache, baselines=options.baselines)
            answers.append(answer)
            if options.verbose and answer.verdict != (Verdict.PASS if case.kind == PASS else Verdict.DRIFT):
                names = f"{case.plain[0].parent.name}: {case.product} {case.candidate.name}"
                print(names, answer.kind, answer.verdict, answer.scores, answer.aspects, answer.findings)
        for name, developed in (("development", True), ("held out", False)):
            half = [answer for answer in answers if (answer.product in DEVELOPMENT) == developed]
            (report_photographs if part == "photographs" else report)(f"{part}, {name}", half)
        if part == "photographs":
            report_photographs("photographs, all", answers)
        ordered = sorted(1000 * answer.seconds for answer in answers)
        middle, late = (ordered[int(s * (len(ordered) - 1))] for s in (0.5, 0.95))
        print(f"  {len(ordered)} checks: median {middle:.0f} ms, 95th percentile {late:.0f} ms")
        kept += answers
    if options.answers:
        options.answers.write_text("".join(json.dumps(asdict(answer)) + "\n" for answer in kept))


if __name__ == "__main__":
    main()
