"""The quality report of any video file, measured on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genai.cli.console import Exit, print_json
from genai.cli.service import as_json
from genai.domain.enums import Mode

if TYPE_CHECKING:
    from genai.media.qc import QcReport

_SIGNS = {"pass": ("pass", "green"), "fail": ("FAIL", "red"), "not_applicable": ("-", None)}
_VIDEOS = [mode.value for mode in Mode if mode is not Mode.IMAGE_BUNDLE]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mode", type=click.Choice(_VIDEOS), help="What it is; a fast video's cuts are judged.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="The length that was asked for.")
@click.option("--poster", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its poster.")
@as_json
@click.pass_context
def qc(
    context: click.Context,
    file: Path,
    mode: str | None,
    seconds: float | None,
    poster: Path | None,
    as_json: bool,
) -> None:
    """Measure FILE, a video, and say which lines of the delivery table it keeps.

    Only what the file itself tells is judged; the report that the service makes of its own videos knows
    their scenes, words and captions too. Ends with 1 where a row fails.

    \b
    genai qc video.mp4 --mode fast_video --seconds 15
    """
    from genai.errors import Permanent
    from genai.media.qc import Expected, report

    try:
        made = report(file, expected=Expected(mode=mode, seconds=seconds, poster=poster))
    except Permanent as error:
        raise click.BadParameter(str(error), param_hint="FILE") from error
    if as_json:
        print_json(made.as_json())
    else:
        _show(made)
    if not made.passed:
        context.exit(Exit.JOB_FAILED)


def _show(made: QcReport) -> None:
    wide = max(len(row.name) for row in made.rows)
    for row in made.rows:
        sign, colour = _SIGNS[row.verdict]
        click.echo(f"{click.style(f'{sign:>4}', fg=colour)}  {row.name:<{wide}}  {_told(row.value)}")
        if row.verdict == "fail":
            click.echo(f"{'':{wide + 8}}{row.reason}; wanted: {row.target}")
    failed = sum(row.verdict == "fail" for row in made.rows)
    judged = sum(row.verdict != "not_applicable" for row in made.rows)
    click.echo(f"\n{judged - failed} of {judged} rows pass." if failed else f"\nAll {judged} rows pass.")


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_told(part)}" for name, part in value.items())
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
