"""Requests as stages make them, and what models are told for them.

``python tests/unit/prompts/cases.py`` (from the project's folder, which is on PYTHONPATH) writes the golden
texts anew; read the difference as an art director would before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from genai.capabilities.audio import MusicRequest
from genai.capabilities.fidelity import FidelityRequest
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.capabilities.metadata import MetadataRequest
from genai.capabilities.script import ScriptRequest
from genai.capabilities.storyboard import Seed, StoryboardRequest
from genai.capabilities.video import VideoRequest
from genai.domain.creative import (
    BrandKit,
    Camera,
    Canvas,
    Finding,
    Light,
    ProductBrief,
    Reference,
    Scene,
    Words,
)
from genai.domain.enums import Aspect, Composition
from genai.domain.film import Move, MoveKind, Segment
from genai.domain.media import Color, MediaFile, Quad
from genai.prompts.image import image_prompt
from genai.prompts.judging import Candidate, judging_task
from genai.prompts.metadata import metadata_task
from genai.prompts.music import music_prompt
from genai.prompts.script import script_task
from genai.prompts.storyboard import storyboard_task
from genai.prompts.video import video_prompt
from genai.prompts.writing import Task

GOLDEN = Path(__file__).parent / "golden"
LONG = 32_000  # a limit that shortens nothing


def file(name: str, width: int = 1080, height: int = 1350) -> MediaFile:
    """A picture; nobody opens it."""
    return MediaFile(Path(f"{name}.png"), "image/png", name, width, height)


MUG = ProductBrief(
    name="Trail Mug",
    brand="Northbound",
    category="mug",
    description="An enamel mug for the fire and the office. Holds 350 ml.",
    colors=(Color("teal", "#1f6f6b", 0.62), Color("cream", "#efe3d0", 0.31), Color("black", "#101010", 0.02)),
    attributes={"material": "enamel", "dishwasher_safe": "yes"},
)
BARE = ProductBrief(name="Kiwi No. 4")
REFERENCES = (
    Reference(file("cutout"), "cutout", "front"),
    Reference(file("neutral"), "neutral", "front"),
    Reference(file("photo"), "source", "three_quarter"),
)
SCENE = Scene(
    number=1,
    purpose="hero",
    setting="surface",
    prompt="Product photograph of the Trail Mug by Northbound, standing on a weathered jetty at dawn.",
    camera=Camera("medium", "low"),
    light=Light(azimuth=-50, elevation=32, softness=0.7, kelvin=4400),
    palette=("#d9c9b0", "#7d8f8a", "#c4572e"),
    words=Words("Coffee, further out", "For the fire and the office.", "Pack yours"),
    layout="text_top",
)
DETAIL = replace(SCENE, purpose="detail", camera=Camera("detail", "high"), words=Words(), layout="")
PEOPLE = replace(SCENE, composition=Composition.WITH_MODEL, layout="split_left")
FOUND = (
    Finding("print", "label is mirrored"),
    Finding("completeness", "the lower left of the product is hidden, missing or replaced"),
)
WISH = "Autumn camping weekend, calm and warm. No people."
STILL = ImageRequest(
    ImagePurpose.SCENE,
    MUG,
    REFERENCES,
    Canvas(Aspect.FEED, 1080, 1350),
    prompt=WISH,
    scene=SCENE,
    brand=BrandKit(file("logo"), ("#143a4a", "#f2b33d"), "Manrope"),
)
CLIP = VideoRequest(
    MUG,
    replace(SCENE, move=Move(MoveKind.PUSH_IN, 0.05)),
    Canvas(Aspect.PORTRAIT, 1080, 1920),
    frames=60,
    handle=8,
    image=file("scene"),
    prompt=WISH,
)
KNOWN = {
    "facts": {
        "material": {"value": "enamel", "source": "snapshot"},
        "size": {"value": "9 cm", "source": "link"},
    },
    "selling_points": [{"value": "for the fire and the office", "source": "snapshot"}],
}
SEGMENTS = (
    Segment("Mornings start colder up here.", "hook"),
    Segment("The Trail Mug keeps to the essentials.", "benefit"),
    Segment("Pack yours for the weekend.", "call_to_action"),
)
BOARD = StoryboardRequest(
    "image_bundle",
    MUG,
    WISH,
    KNOWN,
    (Seed("Far from the desk", "The mug where mornings are quiet.", ("surface",), ("#d9c9b0",)),),
    BrandKit(colors=("#143a4a",)),
    Aspect.FEED,
    Composition.MIXED,
    count=3,
)
SCRIPT = (
    "Cold mornings, warm hands.\nThis mug, by Northbound, goes where you go: up the hill, or to the desk."
)
CHECK = FidelityRequest(MUG, REFERENCES, file("candidate"), covered=(Quad.box(108, 135, 972, 405),))

PROMPTS: dict[str, Callable[[], str]] = {
    "image_neutral": lambda: image_prompt(
        ImageRequest(ImagePurpose.NEUTRAL, MUG, REFERENCES[2:], Canvas(Aspect.SQUARE, 2048, 2048)), limit=LONG
    ),
    "image_sheet": lambda: image_prompt(
        ImageRequest(ImagePurpose.SHEET, MUG, REFERENCES, Canvas(Aspect.LANDSCAPE, 2048, 1536)), limit=LONG
    ),
    "image_scene": lambda: image_prompt(STILL, limit=LONG),
    "image_scene_bare": lambda: image_prompt(
        replace(STILL, product=BARE, brand=BrandKit(), scene=DETAIL, prompt=""), limit=LONG
    ),
    "image_scene_again": lambda: image_prompt(
        replace(
            STILL, scene=PEOPLE, adjustment="warmer, and closer", findings=FOUND, attempt=2, language="de"
        ),
        limit=LONG,
    ),
    "image_scene_moving": lambda: image_prompt(
        replace(STILL, moving=True, captions=(108, 1000, 972, 1160)), limit=LONG
    ),
    "image_scene_1800": lambda: image_prompt(replace(STILL, findings=FOUND, attempt=2), limit=1800),
    "video": lambda: video_prompt(CLIP, limit=LONG),
    "video_again_1000": lambda: video_prompt(
        replace(CLIP, findings=FOUND, adjustment="slower", attempt=2), limit=1000
    ),
    "music_bed": lambda: music_prompt(MusicRequest(14.6, WISH), limit=LONG),
    "music_cut_360": lambda: music_prompt(MusicRequest(6.0, WISH * 9, "bold", energetic=True), limit=360),
}
TASKS: dict[str, Callable[[], Task[Any]]] = {
    "script_cut": lambda: script_task(ScriptRequest("script_video", MUG, script=SCRIPT)),
    "script_written": lambda: script_task(ScriptRequest("ugc", MUG, WISH, None, KNOWN, "en-GB", 12.0, 4)),
    "storyboard_stills": lambda: storyboard_task(BOARD),
    "storyboard_fast": lambda: storyboard_task(
        replace(BOARD, mode="fast_video", count=None, duration=6.0, composition=Composition.PRODUCT_ONLY)
    ),
    "storyboard_ugc": lambda: storyboard_task(
        replace(BOARD, mode="ugc", count=None, segments=SEGMENTS, variant=2, language="de")
    ),
    "storyboard_seeds": lambda: storyboard_task(replace(BOARD, mode="", prompt="", seeds=(), count=0)),
    "metadata": lambda: metadata_task(
        MetadataRequest(MUG, REFERENCES[2:], {"title": "Trail Mug, 350 ml", "size": "9 cm"})
    ),
    "judgement": lambda: judging_task(CHECK, [Candidate(CHECK.candidate)]),
    "judgement_clip": lambda: judging_task(
        replace(CHECK, composition=Composition.WITH_MODEL, partial=True),
        [Candidate(file("frame 1"), 0.0), Candidate(file("frame 2"), 1.2)],
    ),
}


def golden_texts() -> dict[str, str]:
    """Every case as one text."""
    texts = {name: prompt() for name, prompt in PROMPTS.items()}
    for name, task in TASKS.items():
        made = task()
        texts[name] = f"{made.instructions}\n\n=== INPUT ===\n\n{made.input}"
    return {name: f"{text}\n" for name, text in texts.items()}


if __name__ == "__main__":
    for name, text in golden_texts().items():
        (GOLDEN / f"{name}.txt").write_text(text, encoding="utf-8")
