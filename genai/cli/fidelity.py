"""The fidelity check of any pictures, on this machine."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

from genai.cli.console import Exit, print_json
from genai.cli.service import as_json
from genai.domain.creative import ProductBrief, Reference
from genai.domain.enums import Verdict
from genai.domain.media import MediaFile

if TYPE_CHECKING:
    from genai.capabilities.fidelity import FidelityProvider, FidelityResult

_PAIR = '{"id": ..., "references": [...], "candidate": ...}'
_CLEAR = 128  # alpha below which a pixel is none of the product
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--reference", "references", type=_file, multiple=True, help="A picture of the product.")
@click.option("--candidate", type=_file, help="The picture or clip to judge.")
@click.option(
    "--explain", type=click.Path(dir_okay=False, path_type=Path), help="Draw what was seen, as a PNG."
)
@click.option("--pairs", type=click.File(encoding="utf-8"), help="Many at once: JSON lines, see below.")
@click.option("--out", type=click.File("w", encoding="utf-8", lazy=True), help="Where their answers go.")
@as_json
@click.pass_context
def fidelity(
    context: click.Context,
    references: tuple[Path, ...],
    candidate: Path | None,
    explain: Path | None,
    pairs: TextIO | None,
    out: TextIO | None,
    as_json: bool,
) -> None:
    """Say whether a picture shows the product of the references, unchanged.

    A reference with transparency is taken as cut out; photographs are cut out first, all of them
    together. Ends with 1 where the verdict is drift. A line of --pairs is {"id": ..., "references":
    [...], "candidate": ...}, paths from its file's folder; of --out {"id", "verdict", "score",
    "aspects", "findings"}, in the same order; what cannot be read is unsure, with the reason.

    \b
    genai fidelity --reference front.jpg --reference side.jpg --candidate scene.png --explain why.png
    genai fidelity --pairs pairs.jsonl --out answers.jsonl
    """
    if pairs is not None:
        if out is None or references or candidate or explain:
            raise click.UsageError("--pairs goes with --out, and with nothing else")
        with _checker() as checker:
            _all(pairs, out, checker)
        return
    if candidate is None or not references:
        raise click.UsageError("give --candidate and at least one --reference, or --pairs and --out")
    from genai.errors import Permanent

    with _checker() as checker:
        try:
            result = checker.check(references, candidate, explain)
        except Permanent as error:
            raise click.BadParameter(str(error), param_hint="--candidate") from error
    if as_json:
        print_json(_document(result))
    else:
        _show(result)
    if result.verdict is Verdict.DRIFT:
        context.exit(Exit.JOB_FAILED)


class _Checker:
    """The local provider in a work directory, where cut-outs of references are kept."""

    def __init__(self, workdir: Path) -> None:
        from genai.bootstrap import provider

        self._provider = cast("FidelityProvider", provider("local", {}))
        self._workdir = workdir

    def check(
        self, references: Sequence[Path], candidate: Path, explain: Path | None = None
    ) -> FidelityResult:
        from genai.capabilities.base import Call
        from genai.capabilities.fidelity import FidelityRequest

        known = tuple(Reference(_media(path), _role(path)) for path in references)
        request = FidelityRequest(
            ProductBrief("the product"), known, _media(candidate), explain=explain is not None
        )
        # It answers at once and never with a ticket.
        result = cast("FidelityResult", self._provider.fidelity(request, Call("fidelity", self._workdir)))
        if explain is not None and result.explanation is not None:
            shutil.copyfile(result.explanation.path, explain)
        return result


@contextmanager
def _checker() -> Iterator[_Checker]:
    with tempfile.TemporaryDirectory(prefix="genai-") as workdir:
        yield _Checker(Path(workdir))


def _all(pairs: TextIO, out: TextIO, checker: _Checker) -> None:
    """Answer every line; one that is no pair, or names what cannot be read, is unsure with the reason, and
    the others go on."""
    from genai.errors import Permanent

    folder = Path(pairs.name).parent
    for number, line in enumerate(pairs, 1):
        if not line.strip():
            continue
        pair: Any = None
        try:
            pair = json.loads(line)
            references, candidate = _pair(pair)
            answer = _document(checker.check([folder / path for path in references], folder / candidate))
        except (Permanent, OSError, ValueError) as error:
            reason = f"line {number}: {error}"
            answer = {"verdict": Verdict.UNSURE.value, "score": 0.0, "aspects": {}, "findings": [reason]}
        told = {key: answer[key] for key in ("verdict", "score", "aspects", "findings")}
        name = pair.get("id") if isinstance(pair, dict) else None
        click.echo(json.dumps({"id": name, **told}, ensure_ascii=False), file=out)


def _pair(pair: Any) -> tuple[list[str], str]:
    """The references' and the candidate's paths. Raises Permanent, which says what is wrong."""
    from genai.errors import Permanent

    if not isinstance(pair, dict):
        raise Permanent(f"it is no {_PAIR}")
    if unknown := sorted(set(pair) - {"id", "references", "candidate"}):
        raise Permanent(f"unknown {', '.join(unknown)}: a line is {_PAIR}")
    if missing := [key for key in ("id", "references", "candidate") if key not in pair]:
        raise Permanent(f"{', '.join(missing)} missing: a line is {_PAIR}")
    references, candidate = pair["references"], pair["candidate"]
    if not isinstance(references, list) or not all(isinstance(path, str) for path in references):
        raise Permanent("references must be a list of paths")
    if not isinstance(candidate, str):
        raise Permanent("candidate must be a path")
    return references, candidate


def _document(result: FidelityResult) -> dict[str, Any]:
    told = [finding.text for finding in result.findings] + ([result.reason] if result.reason else [])
    return {
        "verdict": result.verdict.value,
        "score": result.score,
        "aspects": dict(result.aspects),
        "findings": told,
        "found": [list(point) for point in result.found.points] if result.found else None,
    }


def _show(result: FidelityResult) -> None:
    color = {Verdict.PASS: "green", Verdict.DRIFT: "red", Verdict.UNSURE: "yellow"}[result.verdict]
    click.echo(f"{click.style(result.verdict.value, fg=color)}  {result.score:.2f}")
    for name, value in result.aspects.items():
        click.echo(f"  {name:<13}{value:.2f}")
    for words in _document(result)["findings"]:
        click.echo(f"  {words}")


@lru_cache(maxsize=256)
def _media(path: Path) -> MediaFile:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return MediaFile(path, mimetypes.guess_type(path)[0] or "image/png", digest)


@lru_cache(maxsize=256)
def _role(path: Path) -> str:
    """A picture with transparency has been cut out; another one is a photograph."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
        clear = alpha is not None and any(alpha.histogram()[:_CLEAR])
    except (OSError, ValueError):
        clear = False
    return "cutout" if clear else "source"
