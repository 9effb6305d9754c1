"""How a job is shown: its state, its steps, what the fidelity gate saw, how long each took."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from genai.client import TERMINAL, Client

Document = Mapping[str, Any]

_GLYPHS = {
    "pending": ("·", "dim"),
    "queued": ("·", "dim"),
    "running": ("▸", "bold cyan"),
    "waiting": ("…", "yellow"),
    "succeeded": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "skipped": ("–", "dim"),
}
_VERDICTS = {"pass": "green", "drift": "red", "unsure": "yellow"}
_EVERY = 0.3  # seconds between two looks


def follow_job(client: Client, job_id: str, console: Console | None = None) -> dict[str, Any]:
    """Show the job until it has ended; returns it."""
    with Live(console=console or Console(), auto_refresh=False) as live:
        while True:
            job = client.job(job_id)
            live.update(rendered(job, client.steps(job_id)), refresh=True)
            if f"job.{job['state']}" in TERMINAL:
                return job
            time.sleep(_EVERY)


def print_job(client: Client, job_id: str) -> dict[str, Any]:
    """Show the job as it is now; returns it."""
    job = client.job(job_id)
    Console().print(rendered(job, client.steps(job_id)))
    return job


def rendered(job: Document, steps: Sequence[Document]) -> RenderableType:
    """A job and its steps, scene by scene."""
    elapsed = _seconds(job["created_at"], job["finished_at"])
    head = Table.grid(padding=(0, 1))
    head.add_row(
        Text(job["mode"] or job["job_type"], "bold"),
        ProgressBar(total=100, completed=job["percent"], width=32),
        Text(f"{job['percent']:3d} %"),
        Text(job["state"].replace("_", " "), "bold red" if job["error"] else "bold"),
        Text(f"{elapsed:5.1f} s{_left(job)}", "dim"),
    )
    table = Table.grid(padding=(0, 2))
    table.add_column(width=1)
    table.add_column(min_width=22)
    table.add_column(min_width=24)
    table.add_column(justify="right")
    for step in steps:
        table.add_row(*_row(step))
    parts: list[RenderableType] = [head, table]
    if error := job["error"]:
        parts.append(Text(f"{error['code']}: {error['message']}", "red"))
    return Group(*parts, Text(""))


def _row(step: Document) -> tuple[Text, ...]:
    glyph, style = _GLYPHS[step["state"]]
    took = _seconds(step["claimed_at"], step["finished_at"]) if step["claimed_at"] else None
    return (
        Text(glyph, style),
        Text(step["key"], style if step["state"] in ("running", "failed") else ""),
        _note(step),
        Text("" if took is None or step["reused"] else f"{took:.1f} s", "dim"),
    )


def _note(step: Document) -> Text:
    """The one thing that is worth saying about a step."""
    if step["error"]:
        return Text(step["error"]["code"], "red")
    if seen := step["fidelity"]:
        again = f", attempt {seen['attempt']}" if seen["attempt"] > 1 else ""
        return Text(f"fidelity {seen['score']:.2f} {seen['verdict']}{again}", _VERDICTS[seen["verdict"]])
    if step["reused"]:
        return Text("reused", "dim")
    if step["state"] == "running" and step["progress"]:
        return Text(f"{step['progress']:.0%}", "cyan")
    if step["waiting_for"] not in (None, "inputs"):
        until = f" until {_clock(step['due_at'])}" if step["due_at"] else ""
        return Text(f"waits for {step['waiting_for']}{until}", "yellow")
    return Text("")


def print_estimate(estimated: Document) -> None:
    """Show what a request would make, cost and take."""
    table = Table.grid(padding=(0, 2))
    for _ in range(3):
        table.add_column()
    table.add_column(justify="right")
    for stage in estimated["stages"]:
        number = "?" if stage["steps"] is None else str(stage["steps"])
        seconds = "?" if stage["seconds"] is None else f"{stage['seconds']:.1f} s each"
        reused = f"{stage['reused']} reused" if stage["reused"] else ""
        table.add_row(f"{number} x {stage['stage']}", seconds, reused, f"{stage['cost']:.2f} USD")
    seconds = "unknown" if estimated["seconds"] is None else f"{estimated['seconds']:.0f} s"
    console = Console()
    console.print(table)
    console.print(f"{estimated['cost']['total']:.2f} USD, {seconds}")
    if missing := estimated["without_record"]:
        console.print(f"Nothing is known yet of: {', '.join(missing)}.")


def _left(job: Document) -> str:
    """Until when, and for how much, of a job that is not done."""
    told = f", done by {_clock(job['estimated_end'])}" if job["estimated_end"] else ""
    spent = job["cost"]["spent"] + job["cost"]["reserved"]
    return f"{told}, {spent:.2f} USD" if spent else told


def _clock(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone().strftime("%H:%M:%S")


def _seconds(since: str, until: str | None) -> float:
    end = datetime.fromisoformat(until) if until else datetime.now(UTC)
    return max(0.0, (end - datetime.fromisoformat(since)).total_seconds())
