"""What is refused of a moving format's request before anything is made."""

from __future__ import annotations

import pytest

from genai.domain.enums import JobType
from genai.domain.request import CaptionSettings, JobRequest, OutputSettings
from genai.errors import InvalidInput
from genai.pipelines.checking import MOST_WORDS, check_fast, check_spoken


def _request(mode: str, **settings: object) -> JobRequest:
    wanted = OutputSettings(**settings)  # type: ignore[arg-type]
    return JobRequest(JobType.MARKETING_OUTPUT, "k", mode=mode, settings=wanted)


@pytest.mark.parametrize(("scenes", "duration"), [(None, None), (9, 15.0), (2, 3.0), (80, 180.0)])
def test_scenes_that_the_length_holds(scenes, duration):
    check_fast(_request("fast_video", scenes=scenes, duration=duration))


@pytest.mark.parametrize(("scenes", "duration"), [(2, 15.0), (40, 15.0), (20, None), (5, 3.0)])
def test_scenes_that_the_length_does_not_hold(scenes, duration):
    with pytest.raises(InvalidInput) as refused:
        check_fast(_request("fast_video", scenes=scenes, duration=duration))
    assert refused.value.pointer == "/settings/scenes"


@pytest.mark.parametrize(
    ("language", "script"),
    [
        ("en", "It's here. 100 % wool, made for you 🎉"),
        ("ar", "هذا إبريق الشاي من IKEA."),
        ("he-IL", "זה קומקום התה."),
        ("ru", "Это чайник."),
        ("hi", "यह चायदानी है।"),
    ],
)
def test_scripts_that_can_be_said_and_set(language, script):
    check_spoken(_request("script_video", language=language, script=script))


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [
        ({"script": "!!! … 🎉"}, "/settings/script"),
        ({"script": "word " * (MOST_WORDS + 1)}, "/settings/script"),
        ({"script": "word " * 10_000}, "/settings/script"),
        ({"script": "茶" * 1_001, "language": "zh"}, "/settings/script"),
        ({"script": "هذا إبريق الشاي.", "language": "en"}, "/settings/script"),
        ({"script": "Это чайник.", "language": "de"}, "/settings/script"),
        ({"script": "这是茶壶。", "language": "zh"}, "/settings/captions/enabled"),
        ({"script": "word " * 41, "duration": 10.0}, "/settings/duration"),
        ({"scenes": 20, "duration": 15.0}, "/settings/scenes"),
    ],
)
def test_what_cannot_be_made_is_refused_by_name(settings, pointer):
    with pytest.raises(InvalidInput) as refused:
        check_spoken(_request("ugc", **settings))
    assert refused.value.pointer == pointer
    assert refused.value.remedy


def test_without_captions_any_writing_will_do():
    captions = CaptionSettings(enabled=False)
    check_spoken(_request("ugc", script="这是茶壶。", language="zh", captions=captions))
