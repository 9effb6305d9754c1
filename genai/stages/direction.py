"""What the service itself decides about a board's scenes: the client's own footage, times, numbers.

A provider says what is shown and how long it would like to show it. Here its scenes become a film whose
cuts are whole frames, on the beat where there is music, and long enough for what follows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from genai.domain.creative import Scene
from genai.domain.film import SceneKind, Transition, frames_of, seconds_of
from genai.domain.pacing import FAST_CUT, FIRST_CUT
from genai.domain.request import Footage
from genai.errors import Permanent
from genai.media.timeline import paced

# Seconds: after a scene's speech, after the last one's, and how long a scene without speech or music
# stands: a still, and at most a clip.
PAUSE, LAST_PAUSE = 0.2, 0.8
STILL, LONGEST_CLIP = 2.4, 6.0
_SENTENCE = 6  # letters that starting to speak and ending take as long as


def with_footage(
    scenes: Sequence[Scene], footage: Sequence[Footage], durations: Mapping[str, float | None]
) -> list[Scene]:
    """The client's own clips and stills in the scenes they are meant for, and the others as scenes of
    their own before the last. ``durations``: their lengths in seconds by asset id, None for a still.

    Raises Permanent naming the setting where there is no such scene.
    """
    made = list(scenes)
    for index, clip in enumerate(footage):
        if clip.scene is None:
            continue
        if clip.scene > len(made):
            raise Permanent(
                f"/settings/footage/{index}/scene: the storyboard has {len(made)} scenes", code="no_scene"
            )
        shown = made[clip.scene - 1]
        made[clip.scene - 1] = replace(shown, kind=SceneKind.FOOTAGE, footage=clip.asset_id, continues=False)
    further = [
        replace(
            made[-1],
            purpose="context",
            words=type(made[-1].words)(),
            speech="",
            kind=SceneKind.FOOTAGE,
            footage=clip.asset_id,
            continues=False,
            opening=Transition(),
            duration=min(durations[clip.asset_id] or STILL, LONGEST_CLIP),
        )
        for clip in footage
        if clip.scene is None
    ]
    made[-1:-1] = further
    return made


def cut_to_length(scenes: Sequence[Scene], total: float | None, beats: Sequence[float]) -> list[Scene]:
    """Scenes of a film without speech with durations that sum to ``total`` seconds (None: to what they
    want together), cut on the beats.

    Raises Permanent where so many scenes and that length do not go together.
    """
    shortest, longest = FAST_CUT
    wanted = [scene.duration or (shortest + longest) / 2 for scene in scenes]
    try:
        lengths = paced(
            wanted,
            total=total,
            beats=beats,
            shortest=shortest,
            longest=longest,
            first_longest=FIRST_CUT[1],
        )
    except ValueError as error:
        raise Permanent(
            f"{len(scenes)} scenes of {shortest} to {longest} s do not come to {total} s",
            code="scene_count",
        ) from error
    return [
        replace(scene, duration=seconds_of(length)) for scene, length in zip(scenes, lengths, strict=True)
    ]


def with_pauses(scenes: Sequence[Scene]) -> list[Scene]:
    """Scenes of a spoken film with the silence after each."""
    return [
        replace(scene, pause=LAST_PAUSE if index == len(scenes) else PAUSE)
        for index, scene in enumerate(scenes, 1)
    ]


def shared_out(scenes: Sequence[Scene], total: float) -> list[Scene]:
    """Scenes of a spoken film that is to have ``total`` seconds: each that says something gets a share by
    its letters, so that all are said at much the same pace."""
    silent = sum(scene.duration or STILL for scene in scenes if not scene.speech)
    said = [scene for scene in scenes if scene.speech]
    letters = sum(len(scene.speech) + _SENTENCE for scene in said)
    left = total - silent - sum(scene.pause for scene in said)
    made, at = [], 0.0
    for scene in scenes:
        seconds = scene.duration or STILL
        if scene.speech:
            seconds = max(0.5, left * (len(scene.speech) + _SENTENCE) / letters) + scene.pause
        # Whole frames of the running sum, so that rounding does not add up.
        made.append(replace(scene, duration=seconds_of(frames_of(at + seconds) - frames_of(at))))
        at += seconds
    return made


def numbered(scenes: Sequence[Scene], *, variant: int, after: int) -> list[Scene]:
    """One treatment's scenes, numbered on after ``after``. Each renders a handle for the transition into
    the next one; the first begins with a cut and continues nothing."""
    made = []
    for index, scene in enumerate(scenes):
        before = scenes[index - 1] if index else None
        following = scenes[index + 1] if index + 1 < len(scenes) else None
        continues = scene.continues and before is not None and before.kind is SceneKind.PRODUCT
        made.append(
            replace(
                scene,
                number=after + index + 1,
                variant=variant,
                continues=continues,
                opening=_opening(scene, continues) if before else Transition(),
                handle=_opening(following, following.continues).frames if following else 0,
            )
        )
    return made


def _opening(scene: Scene, continues: bool) -> Transition:
    """A scene that continues another one goes on from its last frame."""
    return Transition() if continues else scene.opening
