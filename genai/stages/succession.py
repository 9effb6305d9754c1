"""What follows a step in its chain, and going on with it without a message.

A message costs more than a short step. A task that has only just begun goes on with the successor, in the
same process: its request becomes the one that Celery would have published, so that retries and the chord's
count are the successor's own.
"""

from __future__ import annotations

from typing import Any

from celery import Task


def successor_of(task: Task[Any, Any]) -> str | None:
    """The key of the step that Celery publishes when this one has succeeded."""
    chain = task.request.chain
    return chain[-1]["args"][1] if chain and chain[-1]["task"] == task.name else None


def become_successor(task: Task[Any, Any], queue: str) -> bool:
    """Make the task's request its successor's, where there is one and it is for the same ``queue``."""
    request = task.request
    if successor_of(task) is None or request.chain[-1]["options"].get("queue") != queue:
        return False
    *chain, successor = request.chain
    options = successor["options"]
    request.update(
        args=successor["args"],
        kwargs=successor["kwargs"],
        chain=chain,
        parent_id=request.id,
        id=options["task_id"],
        group=options.get("group_id"),
        group_index=options.get("group_index"),
        chord=options.get("chord"),
        headers=options.get("headers"),
        shadow=options.get("shadow"),
        ignore_result=options.get("ignore_result", False),
        retries=0,
    )
    return True
