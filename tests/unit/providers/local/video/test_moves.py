"""The camera's way: eased, smooth, and never past the picture's border."""

import cv2
import numpy as np
import pytest

from genai.domain.film import Move, MoveKind
from genai.media.encoding import to_planes, to_srgb
from genai.providers.local.video.moves import easing, path
from genai.providers.local.video.sheet import Sheet, window

KINDS = list(MoveKind)
PANS = [MoveKind.PAN_LEFT, MoveKind.PAN_RIGHT, MoveKind.TILT_UP, MoveKind.TILT_DOWN]


@pytest.mark.parametrize("frames", [2, 24, 75, 300])
def test_moves_start_and_end_at_rest(frames: int) -> None:
    ease = easing(frames)
    done = np.array([ease(n / (frames - 1)) for n in range(frames)])
    assert done[0] == pytest.approx(0, abs=1e-9) and done[-1] == pytest.approx(1)
    steps = np.diff(done)
    assert (steps >= 0).all()
    if frames > 2:
        assert max(steps[0], steps[-1]) < 0.15 * steps.max()
        assert np.abs(np.diff(steps)).max() < 0.25 * steps.max()


@pytest.mark.parametrize("continues", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("focus", [(0.5, 0.5), (0.0, 1.0), (0.31, 0.44)])
def test_the_border_is_never_seen(kind: MoveKind, focus: tuple[float, float], continues: bool) -> None:
    at = path(Move(kind, 0.08), 60, focus, continues=continues)
    for number in range(60):
        pose = at(number)
        for low in (pose.x, pose.y):
            assert low >= -1e-9
            assert low + 1 / pose.scale <= 1 + 1e-9
        nearer = pose.closer(1.05)
        assert min(nearer.x, nearer.y) >= 0 and max(nearer.x, nearer.y) + 1 / nearer.scale <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_move_moves_by_its_amount(kind: MoveKind) -> None:
    at = path(Move(kind, 0.05), 60)
    first, last = at(0), at(59)
    scaled = abs(last.scale / first.scale - 1)
    shifted = max(abs(last.x - first.x), abs(last.y - first.y)) * last.scale
    if kind is MoveKind.STATIC:
        assert 0.01 < scaled < 0.021
    elif kind in PANS:
        assert scaled == 0 and shifted == pytest.approx(0.05)
    else:
        assert scaled == pytest.approx(0.05, rel=0.06)


@pytest.mark.parametrize(
    ("kind", "axis", "sign"), [(k, a, s) for k, a, s in zip(PANS, "xxyy", (-1, 1, -1, 1), strict=True)]
)
def test_pans_go_where_they_say(kind: MoveKind, axis: str, sign: int) -> None:
    at = path(Move(kind, 0.05), 60)
    assert np.sign(getattr(at(59), axis) - getattr(at(0), axis)) == sign


@pytest.mark.parametrize("kind", KINDS)
def test_a_continuing_shot_begins_with_the_whole_picture(kind: MoveKind) -> None:
    pose = path(Move(kind, 0.06), 60, (0.3, 0.6), continues=True)(0)
    assert (pose.scale, pose.x, pose.y, pose.nearer, pose.lean) == pytest.approx((1, 0, 0, 1, 0))


@pytest.mark.parametrize("kind", [MoveKind.PAN_LEFT, MoveKind.TILT_DOWN])
def test_a_move_does_not_jitter(kind: MoveKind) -> None:
    """The shift between frames, by phase correlation, is within 0.06 pixels of what it should be."""
    side, frames = 320, 24
    noise = np.random.default_rng(0).normal(128, 160, (side, side, 1)).astype(np.float32)
    picture = np.clip(cv2.GaussianBlur(noise, (0, 0), 1.2), 0, 255).astype(np.uint8)
    sheet = Sheet(to_planes(np.repeat(picture[..., None], 3, 2)))
    hanning = cv2.createHanningWindow((side, side), cv2.CV_32F)
    at = path(Move(kind, 0.05), frames)
    shown = [sheet.seen(window(at(n), side, side), (side, side))[0].astype(np.float32) for n in range(frames)]
    errors = []
    for number in range(1, frames):
        (dx, dy), _ = cv2.phaseCorrelate(shown[number - 1], shown[number], hanning)
        pose, before = at(number), at(number - 1)
        wanted = side * pose.scale * np.array([before.x - pose.x, before.y - pose.y])
        errors.append(np.array([dx, dy]) - wanted)
    assert np.std(errors, axis=0).max() < 0.06


def test_colour_moves_with_lightness() -> None:
    """A picture seen through a window is the picture resampled there, in all its planes."""
    side, pose = 96, path(Move(MoveKind.PAN_RIGHT, 0.08), 30, (0.5, 0.3))(17)
    ys, xs = np.mgrid[:side, :side].astype(np.float32)
    spots = [np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / 60) for x, y in ((30, 40), (52, 48), (60, 66))]
    picture = np.rint(40 + 180 * np.dstack(spots)).astype(np.uint8)
    matrix = window(pose, side, side)
    shown = to_srgb(*Sheet(to_planes(picture, dither=False)).seen(matrix, (side, side)))
    centred = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    pixels = (np.linalg.inv(centred) @ matrix @ centred)[:2]
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    wanted = cv2.warpAffine(picture, pixels, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    assert np.abs(shown.astype(int) - wanted).max() < 9
