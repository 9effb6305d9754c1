"""The presenters by name: what each looks like."""

from __future__ import annotations

import random
from dataclasses import dataclass

from genai.errors import Permanent


@dataclass(frozen=True)
class Look:
    """A presenter. Colours are sRGB hex.

    ``cheek``, ``jaw`` and ``chin``: half the face's width there, ``length`` the chin's distance below
    the eyes, ``build`` half the shoulders' width, ``neck`` half the neck's, all in the drawing's units.
    ``age`` 0..1 sets lines in the face, ``lashes`` and ``brow`` how strong those are.
    ``hair``, ``beard``, ``glasses`` and ``clothes`` name what is drawn; empty for none.
    """

    name: str
    skin: str
    iris: str
    hair: str
    hair_color: str
    clothes: str
    cloth: str
    inner: str
    cheek: float = 131
    jaw: float = 103
    chin: float = 48
    length: float = 178
    build: float = 284
    neck: float = 58
    age: float = 0.0
    lashes: float = 1.0
    brow: float = 1.0
    brow_color: str = ""
    lip: float = 1.0
    lip_color: str = ""
    beard: str = ""
    glasses: str = ""


_LOOKS = (
    Look(
        "maya",
        skin="#b97a56",
        iris="#5a3520",
        hair="waves",
        hair_color="#2b1a14",
        clothes="knit",
        cloth="#e9dfcd",
        inner="#d8c9b1",
        lip_color="#a9504a",
    ),
    Look(
        "jonas",
        skin="#e8b795",
        iris="#4d6a78",
        hair="swept",
        hair_color="#6b4526",
        clothes="overshirt",
        cloth="#3f5a4c",
        inner="#f1ede4",
        cheek=135,
        jaw=116,
        chin=60,
        length=188,
        build=328,
        neck=76,
        lashes=0.35,
        brow=1.35,
        lip=0.72,
        beard="short",
    ),
    Look(
        "amira",
        skin="#d9a27a",
        iris="#4a3018",
        hair="headscarf",
        hair_color="#c08f86",
        clothes="blouse",
        cloth="#f0e6dc",
        inner="#e4d6c8",
        brow_color="#38241b",
        brow=1.15,
        lashes=1.15,
        lip_color="#b4595a",
    ),
    Look(
        "kofi",
        skin="#6f4630",
        iris="#2c1a10",
        hair="crop",
        hair_color="#17110f",
        clothes="tee",
        cloth="#d9a441",
        inner="#c8922f",
        cheek=134,
        jaw=113,
        chin=58,
        length=186,
        build=326,
        neck=78,
        lashes=0.4,
        brow=1.3,
        lip=1.05,
        glasses="round",
        beard="trimmed",
    ),
    Look(
        "ingrid",
        skin="#efc7ad",
        iris="#5f7f86",
        hair="bob",
        hair_color="#c9c5c1",
        clothes="blazer",
        cloth="#34435c",
        inner="#f4efe8",
        cheek=129,
        jaw=104,
        chin=50,
        build=284,
        age=1.0,
        lashes=0.7,
        brow=0.85,
        brow_color="#8d8178",
        lip=0.85,
        lip_color="#b8615f",
        glasses="square",
    ),
    Look(
        "hana",
        skin="#f0c9a4",
        iris="#3a2418",
        hair="fringe",
        hair_color="#1d1716",
        clothes="stripes",
        cloth="#f5f1ea",
        inner="#31465f",
        cheek=132,
        jaw=102,
        chin=47,
        length=174,
        build=274,
        neck=54,
        lip=0.9,
        lip_color="#c9676a",
        brow_color="#2b1f1c",
    ),
)
LOOKS = {look.name: look for look in _LOOKS}


def look_for(name: str | None, seed: int) -> Look:
    """The presenter of this name, or the one that ``seed`` chooses. Raises Permanent
    ``unknown_presenter``."""
    if name is None:
        return random.Random(f"presenter {seed}").choice(_LOOKS)
    try:
        return LOOKS[name.strip().lower()]
    except KeyError:
        raise Permanent(
            f"There is no presenter '{name}'; there are {', '.join(sorted(LOOKS))}.",
            code="unknown_presenter",
            details={"presenters": sorted(LOOKS)},
        ) from None
