"""A bare Celery canvas of the same shape, on the service's own Celery settings: no database, no claims.

python benchmarks/peers/canvas.py JOBS   sends JOBS canvases, waits for them and prints the seconds
"""

from __future__ import annotations

import sys
import time

from celery import Celery, chain, chord
from celery.result import denied_join_result

SCENES = 5

app = Celery("canvas")
app.config_from_object("celeryconfig")
app.conf.imports = ()


@app.task(name="canvas.step")
def step(job: int, key: str, dispatch: int) -> str:  # noqa: ARG001 - as much as a message of ours holds
    return "succeeded"


def job(number: int, scenes: int = SCENES) -> object:
    """One job: a plan step, a chord of chains of two steps, an assemble step."""
    branches = [
        chain(step.si(number, f"scene_{scene}.first", 1), step.si(number, f"scene_{scene}.second", 1))
        for scene in range(scenes)
    ]
    return chain(step.si(number, "plan", 1), chord(branches, step.si(number, "assemble", 1)))


def run(jobs: int) -> float:
    """Seconds from the first canvas sent to the last one done."""
    begun = time.perf_counter()
    with denied_join_result():
        sent = [job(number).apply_async() for number in range(jobs)]
    for result in sent:
        while not result.ready():
            time.sleep(0.01)
    return time.perf_counter() - begun


if __name__ == "__main__":
    run(4)
    print(run(int(sys.argv[1])))
