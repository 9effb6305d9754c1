"""A given script is cut where a reader would breathe, and not one word of it changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genai.domain.speaking import seconds_to_say
from genai.errors import Permanent
from genai.providers.local.script.purposes import purposes_of
from genai.providers.local.script.segments import cut
from genai.providers.local.storyboard.breaks import Strength, halved, joined, pieces

LONG = (
    "Meet the new backpack. It's red. It has padded shoulder straps, a front zip pocket and a laptop sleeve "
    "for screens of up to fifteen inches, so you can take your whole desk to the park. Tired of wet gear? "
    "It's canvas; water-repellent canvas. Take it anywhere. Get yours today."
)


def sentences(text: str) -> list[str]:
    found, start = [], 0
    parts = pieces(text)
    for i, piece in enumerate(parts):
        if piece.after >= Strength.SENTENCE:
            found.append(joined(parts[start : i + 1]))
            start = i + 1
    return found


@pytest.mark.parametrize(
    "expected",
    [
        ["Dr. Smith paid 3.5 dollars.", "J. K. Rowling wrote it."],
        ['"Really?" she asked.', '"Yes!"', "It works?!", "Great... but slow.", "Wait...", "What?"],
        ["“Really?” Anna asked.", "I said yes."],
        ["It's great, e.g. at home, at 5 p.m. on Sundays.", "See No. 5 vs. No. 6.", "So do we."],
        [
            "Contains vitamin C.",
            "It is good.",
            "Made by Acme Inc. in Ohio.",
            "Plan B.",
            "The rest is history.",
        ],
        ["It costs $3.50.", "iPhone users know."],
        ["¿Qué es esto?", "¡Míralo!", "Pero, ¿por qué?", "La Sra. López lo sabe."],
        ["Am 3. Oktober kommt z. B. die Ente.", "Sie ist ca. 5 cm groß."],
        ["Regardez bien !", "C'est « le canard » ?", "Oui : il flotte.", "M. Dupont l'aime ; moi aussi."],
        ["你好。", "这是鸭子！", "真的吗？", "是的。"],
        ["「これは何？」 と聞いた。", "すごい！"],
        ["ما هذا؟", "هذا بطة.", "جميل جداً."],
        ["यह क्या है?", "यह बतख है।", "बहुत अच्छा।"],
    ],
)
def test_sentences(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_sentences_of_a_writing_without_blanks() -> None:
    assert sentences("你好。这是鸭子！真的吗？是的。") == ["你好。", "这是鸭子！", "真的吗？", "是的。"]


def test_lines_lists_and_wrapped_text() -> None:
    text = (
        "Soft and small\n- Floats upright\n- 330 ml can\n\nAll this comes in the\nRubber Duck set, and\nmore"
    )
    assert sentences(text) == [
        "Soft and small",
        "- Floats upright",
        "- 330 ml can",
        "All this comes in the Rubber Duck set, and more",
    ]
    wrapped = "This is a long line which was wrapped at some seventy columns by the\nRubber Duck people."
    assert len(sentences(wrapped)) == 1


@given(st.text(alphabet=st.sampled_from('aB .!?…,;:—-\n"“”»«()1é¿。！、।؟的鸭 	and'), max_size=200))
@settings(max_examples=150)
def test_no_character_changes(script: str) -> None:
    if not any(letter.isalnum() for letter in script):
        return
    segments = cut(script, "en")
    assert "".join("".join(segments).split()) == "".join(script.split())
    if not set("。！？") & set(script):
        assert " ".join(segments) == " ".join(script.split())


@given(st.lists(st.sampled_from(LONG.split()), min_size=1, max_size=120), st.integers(1, 30))
@settings(max_examples=60)
def test_a_number_is_honoured_or_refused_with_what_is_possible(words: list[str], count: int) -> None:
    script = " ".join(words)
    try:
        segments = cut(script, "en", count)
    except Permanent as error:
        refused = error
    else:
        assert len(segments) == count
        assert " ".join(segments) == script
        return
    assert refused.code == "scene_count" and str(count) in str(refused)


def test_segments_take_two_to_seven_seconds_or_so() -> None:
    segments = cut(LONG, "en")
    assert all(1.8 <= seconds_to_say(segment, "en") <= 8.0 for segment in segments), segments
    assert segments[0] == "Meet the new backpack. It's red."


def test_a_phrase_is_never_cut() -> None:
    text = (
        "It has a soft and squeezable and washable and quite extraordinarily well rounded yellow rubber body"
    )
    assert cut(text, "en") == [text]
    with pytest.raises(Permanent, match="make 1") as refused:
        cut(text, "en", 3)
    assert refused.value.code == "scene_count"


def test_long_sentences_are_cut_at_clauses() -> None:
    text = (
        "When the evening draws in and the house goes quiet and nobody needs anything from you any more, "
        "light this candle because you deserve a moment that is nobody else's, and let the day melt away."
    )
    segments = cut(text, "en")
    assert len(segments) >= 2
    assert all(segment.split()[0] in ("When", "light", "because", "and") for segment in segments), segments


def test_counts_of_the_long_script() -> None:
    for count in (2, 3, 5, 8):
        assert len(cut(LONG, "en", count)) == count
    with pytest.raises(Permanent, match=r"2 to 1\d"):
        cut(LONG, "en", 40)


def test_no_words() -> None:
    with pytest.raises(Permanent) as refused:
        cut(" … !\n", "en")
    assert refused.value.code == "empty_script"


def test_halves_are_the_whole_and_near_the_middle() -> None:
    text = (
        "You get padded shoulder straps, and you get a laptop sleeve, so your desk comes along. It's canvas."
    )
    halves = halved(text, "en")
    assert halves is not None and " ".join(halves) == text
    assert halved("Very very very very long without any clause at all", "en") is None


def test_purposes_of_a_given_script() -> None:
    texts = [
        "Tired of wet gear?",
        "I hate soggy lunches.",
        "Meet our bag.",
        "It's canvas with a leather strap.",
        "Take it to the park on a Sunday.",
        "Tested by our customers.",
        "Get yours today.",
    ]
    assert purposes_of(texts) == [
        "hook",
        "problem",
        "benefit",
        "detail",
        "context",
        "proof",
        "call_to_action",
    ]
    assert purposes_of(["Hello.", "This ends without asking."])[-1] != "call_to_action"
