"""The last steps: highlights roll off, gradients keep their slope in 8 bits."""

from __future__ import annotations

import numpy as np
import pytest

from genai.providers.local.compose.finish import quantise, rolled_off


@pytest.mark.parametrize("covered", [0.0, 1.0])
def test_a_slow_gradient_has_no_bands(covered: float) -> None:
    width = 800
    ramp = np.linspace(100, 103, width, dtype=np.float32) / 255
    srgb = np.repeat(np.broadcast_to(ramp, (200, width))[..., None], 3, axis=2).copy()
    matte = np.full((200, width), covered, np.float32)
    levels = quantise(srgb, matte, np.random.default_rng(1))[..., 0]
    # Without dither a column's mean jumps from level to level, half a level beside the ramp.
    means = levels.reshape(200, width // 20, 20).mean(axis=(0, 2))
    wanted = np.linspace(100, 103, width).reshape(width // 20, 20).mean(axis=1)
    assert np.abs(means - wanted).max() < 0.1


def test_highlights_approach_white_and_shadows_stay() -> None:
    light = np.array([0.1, 0.8, 0.95, 1.5, 4.0], np.float32)
    rolled = rolled_off(light)
    assert rolled[:2] == pytest.approx(light[:2])
    assert np.all(np.diff(rolled) > 0)
    assert rolled.max() < 1
