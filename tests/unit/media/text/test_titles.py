"""Titles on their pixels: where they were laid out, in quickly, standing long, in the safe box."""

from __future__ import annotations

import numpy as np
import pytest

from genai.domain.creative import Canvas, Words
from genai.domain.enums import Aspect
from genai.domain.film import Title
from genai.media import fonts
from genai.media.safe_box import safe_box
from genai.media.text import caption_box, default_titles, text_bounds, text_layer, titles_like
from genai.media.text.bounds import text_alpha

CANVAS = Canvas(Aspect.PORTRAIT, 360, 640)
HEADLINE = Title(
    "headline", ("Pour the", "quiet hour"), (60, 120, 240, 190), 36, 40, fonts.MANROPE, "display", "#102030"
)
BODY = Title("body", ("Slow mornings.",), (60, 200, 200, 216), 14, 20, fonts.HANKEN, "regular", "#102030")
BUTTON = Title(
    "call_to_action",
    ("See how",),
    (60, 230, 150, 262),
    14,
    17,
    fonts.HANKEN,
    "strong",
    "#ffffff",
    plate="#a02010",
)


def opacity(titles: tuple[Title, ...], frames: int) -> np.ndarray:
    """Of the canvas in every frame: frames x height x width."""
    ass = text_layer(CANVAS, frames, titles=titles)
    return text_alpha(ass, CANVAS.width, CANVAS.height, [(n + 0.01) / 30 for n in range(frames)])


def test_a_title_stands_at_its_place_and_size() -> None:
    found = text_bounds(text_layer(CANVAS, 90, titles=[HEADLINE]), 360, 640, [1.5])
    assert found is not None
    face = fonts.font(fonts.MANROPE, "display", 36)
    widest = max(face.getbbox(line)[2] - face.getbbox(line)[0] for line in HEADLINE.lines)
    assert found[0] == pytest.approx(60, abs=1)
    assert found[1] == pytest.approx(120, abs=1)  # capitals begin at the box
    assert found[2] - found[0] == pytest.approx(widest, abs=2)
    q = face.getbbox("q", anchor="ls")[3]
    assert found[3] == pytest.approx(120 + 0.72 * 36 + 40 + q, abs=1.5)


@pytest.mark.parametrize(("align", "edge"), [("left", 0), ("right", 2)])
def test_lines_stand_on_their_margin(align: str, edge: int) -> None:
    title = Title(
        "headline", ("Pour it", "all"), (60, 120, 300, 190), 30, 36, fonts.SERIF, "display", "#fff0ff", align
    )
    alpha = text_alpha(text_layer(CANVAS, 60, titles=[title]), 360, 640, [1.5])[0]
    for rows in (slice(115, 148), slice(150, 190)):
        columns = np.flatnonzero((alpha[rows] > 100).any(axis=0))
        at = columns[0] if edge == 0 else columns[-1] + 1
        assert at == pytest.approx(title.box[edge], abs=2)


def test_a_button_fills_its_box_in_its_colour() -> None:
    found = text_bounds(text_layer(CANVAS, 60, titles=[BUTTON]), 360, 640, [1.5])
    assert np.abs(np.subtract(found or (0, 0, 0, 0), BUTTON.box)).max() <= 1


@pytest.mark.parametrize("frames", [24, 60, 90])
def test_everything_stands_for_most_of_the_clip(frames: int) -> None:
    shown = opacity((HEADLINE, BODY, BUTTON), frames).reshape(frames, -1).astype(int)
    full = shown[frames // 2]
    assert (shown[0] > 0).any()
    standing = np.abs(shown - full).max(axis=1) <= 2
    assert standing.mean() >= 0.6
    assert standing[-1]  # a call to action stays to the end


def test_a_line_takes_150_to_350_milliseconds_to_come() -> None:
    for frames in (24, 90):
        shown = opacity((BODY,), frames).reshape(frames, -1).max(axis=1).astype(int)
        coming = int((shown[: frames // 2] < shown[frames // 2]).sum())
        assert 0.15 <= coming / 30 <= 0.35
        assert (np.diff(shown[: frames // 2]) >= 0).all()


def test_one_line_comes_after_the_other() -> None:
    shown = opacity((HEADLINE, BUTTON), 90)
    begins = [
        int(np.argmax((shown[:, rows] > 8).any(axis=(1, 2)))) for rows in (slice(115, 150), slice(230, 262))
    ]
    assert begins[1] >= begins[0] + 8


def test_words_leave_a_long_clip_but_a_call_to_action_stays() -> None:
    assert opacity((HEADLINE,), 90)[-1].max() < opacity((HEADLINE,), 90)[60].max() / 3
    assert opacity((HEADLINE,), 45)[-1].max() == 255
    assert opacity((HEADLINE, BUTTON), 90)[-1].max() == 255


def test_on_their_way_too_titles_stay_in_the_safe_box() -> None:
    bottom = safe_box(Aspect.PORTRAIT, 360, 640)[3]
    low = Title(
        "headline", ("Hxn",), (60, bottom - 30, 200, bottom - 2), 36, 40, fonts.MANROPE, "display", "#000000"
    )
    found = text_bounds(text_layer(CANVAS, 60, titles=[low]), 360, 640, [n / 30 for n in range(12)])
    assert found is not None
    assert found[3] <= bottom


@pytest.mark.parametrize("aspect", list(Aspect))
def test_default_titles_carry_their_own_ground_in_the_safe_box(aspect: Aspect) -> None:
    width, height = (side // 3 for side in aspect.size)
    canvas = Canvas(aspect, width, height)
    titles = default_titles(
        Words("Coffee that stays hot all day", "Twelve hours and more.", "Get yours"), canvas
    )
    assert [title.role for title in titles] == ["headline", "body", "call_to_action"]
    assert all(title.plate for title in titles)
    safe = safe_box(aspect, width, height)
    found = text_bounds(text_layer(canvas, 90, titles=titles), width, height, [0.1, 1.5])
    assert found is not None
    assert safe[0] <= found[0] < found[2] <= safe[2]
    assert safe[1] <= found[1] < found[3] <= safe[3]
    upper = caption_box(canvas, "upper")
    below = default_titles(Words("Coffee"), canvas, upper)
    assert below[0].box[1] >= upper[3]


def test_default_titles_leave_out_what_cannot_be_drawn_or_set() -> None:
    assert default_titles(Words("東京の朝"), CANVAS) == ()
    assert default_titles(Words("many words " * 40), CANVAS) == ()
    assert default_titles(Words(), CANVAS) == ()


def test_a_continuing_picture_has_its_headline_like_the_one_before() -> None:
    (title,) = titles_like(Words("Come closer"), (BODY, HEADLINE))
    assert " ".join(title.lines) == "Come closer"
    assert (title.box[:2], title.family, title.color) == ((60, 120), HEADLINE.family, HEADLINE.color)
    assert title.size == HEADLINE.size
    (longer,) = titles_like(Words("Come a good deal closer"), (HEADLINE,))
    assert longer.size < HEADLINE.size
    assert longer.box[3] <= HEADLINE.box[3]
    face = fonts.font(HEADLINE.family, "display", 100)
    assert all(face.getlength(line) * longer.size / 100 <= 180 for line in longer.lines)


def test_without_a_headline_before_there_is_none() -> None:
    assert titles_like(Words("Come closer"), (BODY,)) == ()
    assert titles_like(Words(), (HEADLINE,)) == ()
