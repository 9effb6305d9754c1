"""Concepts of a product: what any of its campaigns may grow from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from genai.capabilities.storyboard import Seed
from genai.providers.local.storyboard import harmony
from genai.providers.local.storyboard.chance import fraction
from genai.providers.local.storyboard.subject import Subject

# title, idea, settings, style of ground, whether against the product's hue, moods it suits
_CONCEPTS: tuple[tuple[str, str, tuple[str, ...], str, bool, frozenset[str]], ...] = (
    (
        "Quiet studio",
        "{The} alone in soft light, on a ground close to {its} own colours.",
        ("studio", "surface"),
        "tint",
        False,
        frozenset({"calm", "minimal", "premium"}),
    ),
    (
        "Colour against colour",
        "{The} in front of flat fields of the opposite hue, lit hard.",
        ("colour_block", "podium"),
        "vivid",
        True,
        frozenset({"bold", "playful", "modern"}),
    ),
    (
        "On a pedestal",
        "{The} raised like an exhibit, dark around {it}.",
        ("podium", "studio"),
        "deep",
        False,
        frozenset({"premium", "dramatic", "modern"}),
    ),
    (
        "Within reach",
        "{The} on the surfaces of a day at home, in light from a window.",
        ("surface", "editorial"),
        "mid",
        False,
        frozenset({"cosy", "natural", "calm", "fresh"}),
    ),
    (
        "Through the year",
        "{The} in the light of each season.",
        ("seasonal", "editorial"),
        "pastel",
        True,
        frozenset({"cosy", "natural", "romantic", "playful"}),
    ),
)
_COUNT = 4


def seeds_of(subject: Subject, moods: Sequence[str], brand: Sequence[str], key: str) -> tuple[Seed, ...]:
    """Four concepts, those that suit the product's tone first."""
    words = {
        "The": subject.the[:1].upper() + subject.the[1:],
        "it": subject.it,
        "its": "their" if subject.plural else "its",
    }

    def rank(concept: tuple[str, str, tuple[str, ...], str, bool, frozenset[str]]) -> float:
        return -len(concept[5] & set(moods)) + 0.5 * fraction(key + concept[0])

    found = []
    for title, idea, settings, style, contrast, _ in sorted(_CONCEPTS, key=rank)[:_COUNT]:
        base = harmony.basis(subject.palette, (), brand, None, contrast, key + title)
        ground = harmony.ground(base, style, 0)
        second = harmony.second(base, ground, 0)
        found.append(
            Seed(
                title, idea.format(**words), settings, (ground, second, harmony.accent(base, ground, second))
            )
        )
    return tuple(found)


def fitting(seeds: Sequence[Seed], scores: Mapping[str, float], key: str) -> Seed | None:
    """The seed whose sets the wish wants most; None where there are none."""
    if not seeds:
        return None

    def worth(seed: Seed) -> float:
        fits = [scores.get(setting, 0.0) for setting in seed.settings] or [0.0]
        return sum(fits) / len(fits) + 0.6 * fraction(key + seed.title)

    return max(seeds, key=worth)
