"""A stage: a named function with its declared inputs, capability and queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genai.domain.creative import Scene
from genai.domain.enums import Capability, Queue
from genai.domain.film import SceneKind
from genai.domain.request import JobRequest, OutputSettings
from genai.store.steps import StepAsset

if TYPE_CHECKING:
    from genai.stages.context import StepContext


@dataclass(frozen=True)
class StageResult:
    """What a stage made.

    ``output`` is a JSON object that says the same for the same inputs: no times, no addresses that
    expire; later stages' checkpoints depend on it. ``scenes`` come from the stage that determines
    them. ``reusable`` is False for a result that later jobs should rather make anew.
    """

    output: Mapping[str, Any]
    assets: tuple[StepAsset, ...] = ()
    scenes: Sequence[Scene] | None = None
    product_fingerprint: str | None = None
    reusable: bool = True


def language_of(request: JobRequest) -> str:
    """A settings key: the language of the words that a stage writes is all that matters to it."""
    return (request.settings or OutputSettings()).language


def _always(_request: JobRequest) -> bool:
    return True


@dataclass(frozen=True)
class Stage:
    """``inputs`` are names of stages whose outputs it reads, where the flow has them; a checkpoint
    and a retry follow them. ``capability`` is the port it asks through, if any.

    ``settings_key``: for a stage whose output later jobs reuse, the part of the job that matters to
    it besides its inputs, as a JSON value; None for a stage that is run for each job.
    ``scene_key`` is likewise the part of the scene that matters, for a stage of the scene phase; None: all
    of it, for a stage that reads the scene itself. An edit of that part makes the stage again.
    ``applies`` says whether a job needs the stage at all, ``kinds`` which kinds of scenes do (none: all).
    ``previous``: the stages of the scene before that a continuing scene reads. ``drafts``: a preview
    makes it smaller, so that a full rendering makes it again.
    """

    name: str
    run: Callable[[StepContext], StageResult]
    inputs: tuple[str, ...] = ()
    capability: Capability | None = None
    queue: Queue = Queue.MARKETING
    settings_key: Callable[[JobRequest], Any] | None = None
    scene_key: Callable[[Scene], Any] | None = None
    applies: Callable[[JobRequest], bool] = _always
    kinds: tuple[SceneKind, ...] = ()
    previous: tuple[str, ...] = ()
    drafts: bool = False
