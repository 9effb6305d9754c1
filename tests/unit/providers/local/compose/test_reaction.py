"""What the engine changes after a check, by what the check found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genai.domain.creative import Finding
from genai.providers.local.reaction import REACTIONS, Reaction, reaction
from tests.unit.providers.local.compose.conftest import Shot

Shoot = Callable[..., Shot]

EVERYTHING = Reaction(larger=True, whole=True, bare=True, white_light=True, still=True)


def found(*aspects: str) -> tuple[Finding, ...]:
    return tuple(Finding(aspect, "it differs") for aspect in aspects)


def test_a_first_attempt_reacts_to_nothing() -> None:
    assert reaction(found("print"), 1) == Reaction()


def test_every_finding_has_its_changes_and_several_have_all_of_them() -> None:
    assert set(REACTIONS) == {"shape", "colour", "print", "completeness", "presence"}
    colour = reaction(found("colour"), 2)
    assert colour.white_light and not colour.larger and not colour.whole
    both = reaction(found("colour", "completeness"), 2)
    assert both.white_light and both.whole and not both.larger


@pytest.mark.parametrize(("aspects", "attempt"), [((), 2), (("unheard of",), 2), (("colour",), 3)])
def test_what_is_not_known_or_comes_again_changes_all(aspects: tuple[str, ...], attempt: int) -> None:
    assert reaction(found(*aspects), attempt) == EVERYTHING


def test_colours_that_drifted_are_shown_in_the_white_light_of_the_studio(shoot: Shoot) -> None:
    first, second = shoot("seasonal", season="winter"), shoot("seasonal", attempt=2, findings=found("colour"))
    assert first.image.details["set"] == "seasonal_winter"
    assert second.image.details["set"].startswith("studio")


def test_after_a_hidden_print_no_snow_falls_before_the_product(shoot: Shoot) -> None:
    snowy, bare = (
        shoot("seasonal", season="winter", attempt=2, findings=found(aspect)) for aspect in ("shape", "print")
    )
    assert snowy.box == bare.box and snowy.data != bare.data
