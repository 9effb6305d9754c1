"""``genai demo``: the whole way once, from a photograph to pictures and videos on disk."""

from __future__ import annotations

import json
import mimetypes
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from genai.cli.callbacks import CallbackReceiver
from genai.cli.console import Exit
from genai.cli.example import PICTURES, PRODUCT, PROMPT
from genai.cli.keys import new_token
from genai.client import Client
from genai.domain.enums import Aspect, JobState, JobType, Mode

if TYPE_CHECKING:
    from rich.console import Console

_OWN_PROMPT = "Introduce the product: calm, confident, close to its material and its use"


@click.command()
@click.option(
    "--image",
    "images",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A photograph of your own product; repeat it for more views.",
)
@click.option("--name", help="The product's name.  [default: the first image's]")
@click.option("--prompt", help="What the campaign is about.")
@click.option("--mode", default=Mode.IMAGE_BUNDLE.value, show_default=True, help="The output mode.")
@click.option(
    "--aspect",
    type=click.Choice([each.value for each in Aspect]),
    help="The format.  [default: 4:5 for pictures, 9:16 for videos]",
)
@click.option("--duration", type=float, help="Seconds, for fast_video and ugc.")
@click.option(
    "--script",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A text file with what is said, for script_video and ugc.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where it all goes.  [default: out/PRODUCT-MODE]",
)
@click.pass_context
def demo(
    ctx: click.Context,
    images: tuple[Path, ...],
    name: str | None,
    prompt: str | None,
    mode: str,
    aspect: str | None,
    duration: float | None,
    script: Path | None,
    out: Path | None,
) -> None:
    """Make real creative on this machine alone, from an example product or from your own photograph.

    Starts PostgreSQL, Redis, a worker, beat and the API in a temporary directory; runs a creation job
    and an output job; takes their callbacks and verifies the signatures; stops everything again.

    \b
    genai demo
    genai demo --image mug.jpg --name "Enamel mug" --prompt "First frost, first coffee" --aspect 9:16
    genai demo --mode fast_video --duration 12
    genai demo --mode script_video --script words.txt
    """
    from rich.console import Console

    from genai.embedded.process import ended_by_signals
    from genai.router import modes

    if mode not in modes():
        raise click.BadParameter(f"there is no mode {mode!r}; there are: {', '.join(sorted(modes()))}")
    product, pictures = _product(images, name)
    request = {"contract": 2, "product": product, "prompt": prompt or (_OWN_PROMPT if images else PROMPT)}
    settings = {
        "aspect": aspect or ("4:5" if mode == Mode.IMAGE_BUNDLE else "9:16"),
        "duration": duration,
        "script": script.read_text() if script else None,
    }
    out = out or Path("out") / f"{_slug(product['name'])}-{mode}"
    console = Console()
    began = time.monotonic()
    with ended_by_signals(), _service(console) as (client, receiver):
        console.print(f"The service is up after {time.monotonic() - began:.1f} s.\n")
        product["images"] = [
            {"asset_id": client.upload(path)["asset_id"], "view": view} for path, view in pictures
        ]
        for wanted in (
            {"job_type": JobType.MARKETING_CREATION.value},
            {"job_type": JobType.MARKETING_OUTPUT.value, "mode": mode, "settings": settings},
        ):
            if not _run({**request, **wanted}, client, receiver, console, out):
                ctx.exit(Exit.JOB_FAILED)
    elapsed = time.monotonic() - began
    console.print(f"{len(receiver.events)} callbacks received, every signature verified.")
    where = f"It is all in [bold]{out.absolute()}[/bold], {elapsed:.0f} s after the start."
    console.print(where, soft_wrap=True)  # a path that is cut in two cannot be copied


@contextmanager
def _service(console: Console) -> Iterator[tuple[Client, CallbackReceiver]]:
    """The embedded stack in a directory that is gone afterwards, a client of it, and its callbacks."""
    from genai.embedded import Stack

    token, digest = new_token()
    with ExitStack() as running:
        directory = running.enter_context(TemporaryDirectory(prefix="genai-demo-"))
        receiver = running.enter_context(CallbackReceiver())
        callback = {"url": receiver.url, "secrets": [receiver.secret]}
        stack = Stack(Path(directory), clients={"demo": {"keys": [digest], "callback": callback}})
        with console.status("Starting PostgreSQL, Redis, a worker, beat and the API"):
            running.enter_context(stack)
        client = running.enter_context(Client(stack.url, token))
        yield client, receiver


def _run(
    request: Mapping[str, Any], client: Client, receiver: CallbackReceiver, console: Console, out: Path
) -> bool:
    """Run one job before everybody's eyes and write down what it delivers; whether it completed."""
    from genai.cli.progress import follow_job

    accepted = client.submit({**request, "idempotency_key": uuid.uuid4().hex})
    job = follow_job(client, accepted["job_id"], console)
    if job["state"] != JobState.COMPLETED:
        return False
    for stem, asset in _deliverables(job["output"]):
        path = out / f"{stem}{_extension(asset['media_type'])}"
        path.parent.mkdir(parents=True, exist_ok=True)
        client.download(asset["asset_id"], path)
    for said in _reported(job["output"], out):
        console.print(said)
    if not receiver.wait_for_end(accepted["job_id"]) or receiver.refused:
        console.print(
            f"[red]The job's callbacks did not all come ({receiver.refused} had a wrong signature)."
        )
        return False
    return True


def _deliverables(output: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What to call each file that a job delivers, and its asset."""
    identity = output["identity"]
    if output["mode"] is None:
        yield from ((name, identity[name]) for name in ("neutral", "sheet") if identity[name])
    for asset in (*output["images"], *output["audio"]):
        yield f"scene-{asset['scene']}", asset
    for stem, video in _videos(output):
        yield stem, video
        yield f"{stem}-poster", video["poster"]
        yield from ((stem, subtitles) for subtitles in video["subtitles"])


def _reported(output: Mapping[str, Any], out: Path) -> Iterator[str]:
    """Write each video's quality report beside it, and say how it came out."""
    for stem, video in _videos(output):
        rows = video["qc"]["rows"]
        path = out / f"{stem}-qc.json"
        path.write_text(json.dumps(video["qc"], indent=2) + "\n")
        judged = [row for row in rows if row["verdict"] != "not_applicable"]
        failed = [row["name"] for row in judged if row["verdict"] == "fail"]
        said = f"{len(judged) - len(failed)} of {len(judged)} rows of its quality report pass"
        yield f"{stem}: {said}" + (f"; these do not: {', '.join(failed)}." if failed else ".")


def _videos(output: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for video in output["videos"]:
        yield "video" if len(output["videos"]) == 1 else f"video-{video['variant']}", video


def _extension(media_type: str) -> str:
    """What files of this type are called."""
    return ".srt" if media_type == "application/x-subrip" else mimetypes.guess_extension(media_type) or ""


def _product(
    images: tuple[Path, ...], name: str | None
) -> tuple[dict[str, Any], list[tuple[Path, str | None]]]:
    """The product snapshot without its images, and the pictures with the view that each shows."""
    if not images:
        return dict(PRODUCT, name=name or PRODUCT["name"]), [(path, view) for view, path in PICTURES.items()]
    name = name or images[0].stem.replace("_", " ").replace("-", " ").capitalize()
    return {"product_id": _slug(name), "name": name}, [(path, None) for path in images]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "product"
