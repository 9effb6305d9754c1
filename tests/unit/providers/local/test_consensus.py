"""Views of one product correct each other: what one took along or left out the others know."""

from __future__ import annotations

import numpy as np

from genai.providers.local.consensus import Consensus
from genai.providers.local.cutout import cut_out
from genai.providers.local.segment import overlap
from genai.providers.local.trust import CLEAN_MATTE
from tests.unit.providers.local.drawn import bottle, on_ground, on_slab, plain, printed, textured
from tests.unit.providers.local.test_cutout import _mask

_SHIFTS = ((0, 0), (50, -20), (-40, 10))
_GROUNDS = (plain(color=(196, 205, 190)), textured(), plain(color=(120, 96, 70)))


def _views() -> tuple[list[np.ndarray], list[np.ndarray]]:
    pictures, masks = [], []
    for shift, ground in zip(_SHIFTS, _GROUNDS, strict=True):
        colors, mask = bottle(shift=shift)
        draw = on_slab if shift == (0, 0) else on_ground
        pictures.append(draw(printed(colors, shift), mask, ground))
        masks.append(mask)
    return pictures, masks


def test_a_slab_that_one_cut_took_along_is_spoken_against() -> None:
    pictures, masks = _views()
    ys, xs = np.nonzero(masks[0])
    slab = np.zeros_like(masks[0])
    slab[ys.max() + 2 : ys.max() + 46, xs.min() : xs.max()] = True
    said = Consensus(pictures, masks).evidence([masks[0] | slab, *masks[1:]])
    assert np.median(said[0][slab]) < -1
    assert np.median(said[0][masks[0]]) > 1


def test_a_part_that_one_cut_lacks_is_spoken_for() -> None:
    pictures, masks = _views()
    part = masks[1].copy()
    part[200:] = False
    said = Consensus(pictures, masks).evidence([masks[0], part, masks[2]])
    assert np.median(said[1][masks[1] & ~part]) > 1


def test_a_product_on_a_slab_is_cut_without_it_or_not_called_clean() -> None:
    pictures, masks = _views()
    cuts = cut_out(pictures)
    for picture, mask, cut in zip(pictures, masks, cuts, strict=True):
        assert cut.confidence < CLEAN_MATTE or overlap(_mask(picture, cut), mask) > 0.95
    assert sum(cut.confidence >= CLEAN_MATTE for cut in cuts) >= 2
