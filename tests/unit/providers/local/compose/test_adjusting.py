"""Plain words of a retry, and what they change in a picture."""

from __future__ import annotations

import numpy as np
import pytest

from genai.domain.creative import Camera, Light, Scene, Words
from genai.domain.film import Move
from genai.providers.local.compose import color
from genai.providers.local.compose.adjusting import adjusted

SCENE = Scene(
    1,
    "hero",
    "studio",
    "",
    camera=Camera("medium"),
    light=Light(softness=0.5, kelvin=5600),
    palette=("#a9bfae", "#e9dfcf"),
    words=Words("Pour", "Slow mornings.", "See how"),
)


def _lightness(scene: Scene) -> float:
    return color.oklch(color.from_hex(scene.palette[0]))[0]


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("Warmer light, please", lambda s: s.light.kelvin < 5600),
        ("a bit cooler", lambda s: 5600 < s.light.kelvin < 7000),
        ("much cooler", lambda s: s.light.kelvin > 8000),
        ("too warm", lambda s: s.light.kelvin > 5600),
        ("softer shadows", lambda s: s.light.softness > 0.5),
        ("harder light", lambda s: s.light.softness < 0.5),
        ("golden hour", lambda s: s.light.kelvin == 3700),
        ("brighter", lambda s: _lightness(s) > _lightness(SCENE)),
        ("make it darker", lambda s: _lightness(s) < _lightness(SCENE)),
        ("closer", lambda s: s.camera.shot == "close_up"),
        ("too close", lambda s: s.camera.shot == "wide"),
        ("seen from above", lambda s: s.camera.angle == "high"),
        ("on a marble surface", lambda s: s.setting == "surface"),
        ("another background", lambda s: s.setting not in ("studio", "")),
        ("in winter", lambda s: (s.season, s.setting) == ("winter", "seasonal")),
        ("on terracotta", lambda s: s.palette == ("#c4694a", "#e9dfcf")),
        ("no words", lambda s: s.words == Words()),
        ("without a button", lambda s: s.words == Words("Pour", "Slow mornings.")),
        ("less movement", lambda s: s.move.amount < Move().amount),
    ],
)
def test_plain_words_change_the_scene(words, holds):
    asked = adjusted(SCENE, words)
    assert holds(asked.scene), asked
    assert asked.missed == ()


def test_clauses_are_read_one_by_one_and_what_says_nothing_is_told():
    asked = adjusted(SCENE, "Warmer and softer; add a dancing bear, a larger product.")
    assert (asked.scene.light.kelvin < 5600, asked.scene.light.softness > 0.5, asked.size > 0) == (True,) * 3
    assert asked.missed == ("add a dancing bear",)
    (mark,) = asked.marks()
    assert (mark.reason, "“add a dancing bear”" in mark.detail) == ("adjustment_not_understood", True)
    assert adjusted(SCENE, "").scene == adjusted(SCENE, " , please").scene == SCENE
    assert adjusted(SCENE, "in a studio").missed == ()  # it is that already


def test_a_colour_of_the_product_is_not_that_of_its_surroundings():
    assert adjusted(SCENE, "the red bottle", ["Bottle"]).scene.palette == SCENE.palette


def test_pictures_follow(shoot):
    """Measured on the pictures: their warmth, their light, how large the product is."""
    plain = shoot(words=Words())

    def surroundings(shot):
        return shot.rgb[~shot.product_mask()].mean(axis=0)

    def height(shot):
        return shot.box[3] - shot.box[1]

    red, _, blue = surroundings(shoot(words=Words(), adjustment="much warmer light"))
    assert red - blue > (surroundings(plain)[0] - surroundings(plain)[2]) + 4
    assert (
        surroundings(shoot(words=Words(), adjustment="much darker")).mean() < surroundings(plain).mean() - 40
    )
    assert height(shoot(words=Words(), adjustment="smaller product")) < 0.92 * height(plain)
    lettered = shoot(adjustment="no words")
    assert lettered.image.details["text_boxes"] == []
    assert shoot(adjustment="add a bear").marks() == {"adjustment_not_understood"}
    assert not shoot(adjustment="warmer").marks()
    assert not np.array_equal(shoot(adjustment="another background").rgb, plain.rgb)
