"""Speech: words in time with the sound, voices, languages, and what cannot be said."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from genai.capabilities.audio import AudioResult, SpeechRequest
from genai.capabilities.base import Call
from genai.errors import Permanent
from genai.media import dynamics, loudness, sound
from genai.providers.local.audio import VOICES, audio, espeak, languages
from genai.providers.local.audio.script_text import sentences

RATE = 48_000
TEXT = (
    "🚀 Meet the new Aqua-Flask — 2,500 ml for $29.99! It's the best of the bunch, isn't it? "
    "Don't wait 👉 Dr. Smith agrees."
)


@pytest.fixture
def call(tmp_path: Path) -> Call:
    return Call("key", tmp_path)


def say(call: Call, text: str = TEXT, **options: object) -> AudioResult:
    return audio(SpeechRequest(text, **options), call)  # type: ignore[arg-type]


def samples(result: AudioResult) -> np.ndarray:
    read: np.ndarray = sound.read(result.audio.path, channels=1)[0]
    return read


def test_every_word_of_the_text_stands_there_in_order(call: Call) -> None:
    result = say(call)

    assert [word.text for word in result.words] == TEXT.split()
    edges = [edge for word in result.words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert edges[0] >= 0 and edges[-1] <= result.duration


def test_what_makes_no_sound_lies_between_its_neighbours(call: Call) -> None:
    words = {word.text: word for word in say(call).words}

    assert words["🚀"].start == words["🚀"].end
    assert words["Aqua-Flask"].end <= words["—"].start <= words["—"].end <= words["2,500"].start
    assert all(words[text].end - words[text].start > 0.05 for text in words if text[-1].isalnum())


def test_words_begin_and_end_with_their_sound(call: Call) -> None:
    """Between words that a pause parts, the silence begins and ends within 80 ms of what is told."""
    result = say(call, "Stop. Look. Wait. Think. Buy. Enjoy. Talk.", voice="ben")
    speaks = dynamics.active(sound.read(result.audio.path, channels=1))
    edges = np.diff(speaks.astype(int), prepend=0, append=0)
    starts, ends = np.flatnonzero(edges == 1) / 1000, np.flatnonzero(edges == -1) / 1000

    for word in result.words:
        assert np.abs(starts - word.start).min() < 0.08
        assert np.abs(ends - word.end).min() < 0.08


def test_sentences_are_parted_by_a_breath(call: Call) -> None:
    result = say(
        call, "This is the first one. Here is another, a longer one that goes on. And a third!", rate=1.3
    )
    quiet = dynamics.levels(sound.read(result.audio.path, channels=1)) < -50
    for last in ("one.", "on."):
        index = [word.text for word in result.words].index(last)
        before, after = result.words[index].end, result.words[index + 1].start
        assert 0.15 <= after - before <= 0.32
        assert quiet[round(before * 1000) + 90 : round(after * 1000) - 40].all(), "the pause is not silent"


def test_the_sound_is_finished(call: Call) -> None:
    result = say(call)
    heard = samples(result)
    loud = np.flatnonzero(np.abs(heard) > 0.003) / RATE

    found = loudness.measure(result.audio.path)
    assert found.integrated == pytest.approx(-19, abs=0.5) and found.true_peak <= -2.8
    assert loud[0] <= 0.06
    assert 0.05 < result.duration - loud[-1] < 0.3
    assert np.abs(heard[:50]).max() < 0.001 and np.abs(heard[-50:]).max() < 0.001
    assert result.duration == heard.size / RATE


def test_the_voice_is_marked_as_synthetic(call: Call) -> None:
    result = say(call)

    assert [mark.reason for mark in result.marks] == ["synthetic_voice"]
    assert result.audio.marks == result.marks


def test_phonemes_are_plain_ipa_without_gaps(call: Call) -> None:
    result = say(call, "Water in the sea.")

    assert "".join(phoneme.symbol for phoneme in result.phonemes) == "wɔɾɚɹɪnðəsi"
    for one, other in zip(result.phonemes, result.phonemes[1:], strict=False):
        assert one.end == pytest.approx(other.start) and one.end > one.start
    assert result.phonemes[0].start == 0 and result.phonemes[0].symbol == result.phonemes[-1].symbol == ""
    assert result.phonemes[-1].end == pytest.approx(result.duration, abs=0.001)


@pytest.mark.parametrize("voice", VOICES)
def test_the_same_request_gives_the_same_bytes(call: Call, voice: str) -> None:
    first = say(call, voice=voice).audio.path.read_bytes()
    say(call, "Something else in between.", voice=voice)

    assert say(call, voice=voice).audio.path.read_bytes() == first


def test_the_rate_is_the_pace(call: Call) -> None:
    usual, fast = say(call).duration, say(call, rate=1.5).duration

    assert 1.3 < usual / fast < 1.6
    assert say(call, rate=99.0).duration == say(call, rate=2.0).duration


def test_voices_differ_and_are_named(call: Call) -> None:
    pitches = {}
    for name in VOICES:
        spectrum = np.abs(np.fft.rfft(samples(say(call, "Meet the new flask, and buy it.", voice=name))))
        pitches[name] = tuple(np.round(spectrum[::50] / spectrum.max(), 2))
    assert len(set(pitches.values())) == len(VOICES)

    with pytest.raises(Permanent) as refused:
        say(call, voice="nobody")
    assert refused.value.code == "unknown_voice"
    assert all(name in str(refused.value) for name in VOICES)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-GB", "A lovely colour."),
        ("de-AT", "Größe zählt, oder?"),
        ("fr-CA", "C'est l'été, n'est-ce pas ?"),
        ("es_MX", "¿Qué tal?"),
        ("pt", "Olá, tudo bem?"),
        ("ru", "Привет, мир!"),
        ("ar", "مرحبا بالعالم iPhone"),
        ("hi-IN", "यह बहुत अच्छा है।"),
        ("zh-Hans-CN", "这是一个很好的产品。"),
        ("ja", "これは おいしい です。"),
        ("ko", "안녕하세요 세계"),
    ],
)
def test_languages_are_spoken_in_their_own_writing(call: Call, language: str, text: str) -> None:
    result = say(call, text, language=language)

    assert [word.text for word in result.words] == text.split()
    assert result.duration > 0.5 and any(phoneme.symbol for phoneme in result.phonemes)


def test_every_language_that_is_offered_can_be_spoken() -> None:
    for tag, voice in espeak.voices().items():
        assert espeak.utter(["1 a"], voice=f"{voice}+f2")[0].samples.any(), tag
    assert {"en", "de", "fr", "zh", "no"} <= set(languages())


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("tlh", "nuqneH", "`language`"),
        ("en", "Buy مرحبا now", "ar"),
        ("en", "Привет", "ru"),
        ("ru", "你好", "cmn"),
        ("ja", "水です", "kana"),
    ],
)
def test_what_cannot_be_spoken_says_what_to_change(call: Call, language: str, text: str, said: str) -> None:
    with pytest.raises(Permanent, match="language") as refused:
        say(call, text, language=language)
    assert refused.value.code == "unsupported_language"
    assert said in str(refused.value)


def test_single_greek_letters_are_quantities(call: Call) -> None:
    assert say(call, "5 µm and 3 Ω").words[1].text == "µm"


@pytest.mark.parametrize("text", ["", "  \n ", "🚀 — !"])
def test_nothing_to_say_is_an_error(call: Call, text: str) -> None:
    with pytest.raises(Permanent) as refused:
        say(call, text)
    assert refused.value.code == "empty_text"


def test_prices_and_units_are_said_as_people_say_them() -> None:
    parts = sentences("For $29.99 or £5 take 2,500 ml, 30cm. In ft it is €1,299!")
    said = " ".join(token.spoken for part in parts for token in part)

    assert said == (
        "For 29 dollars 99 or 5 pounds take 2,500 millilitres, 30 centimetres. In ft it is 1,299 euros!"
    )
    assert sentences("$5", "de")[0][0].spoken == "$5"


def test_sentences_end_where_people_stop() -> None:
    parts = sentences("Dr. Smith has 3.5 stars. “Really?” yes… and more\nNew line, e.g. this")

    assert [" ".join(token.text for token in part) for part in parts] == [
        "Dr. Smith has 3.5 stars.",
        "“Really?”",
        "yes… and more",
        "New line, e.g. this",
    ]


def said(number: int) -> np.ndarray:
    text = f"This is number {number}, and nothing else."
    samples: np.ndarray = espeak.utter([text], voice="gmw/en-US+f2")[0].samples
    return samples


def test_threads_do_not_disturb_one_another() -> None:
    alone = [said(number) for number in range(8)]
    together: dict[int, np.ndarray] = {}

    def speak(number: int) -> None:
        together[number] = said(number)

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(len(alone))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(np.array_equal(alone[number], together[number]) for number in range(len(alone)))


def test_a_forked_worker_speaks_even_if_the_lock_was_held() -> None:
    """A prefork worker is forked from a process whose other thread may be speaking."""
    expected = said(1).size // 256 % 256
    with espeak._lock:
        child = os.fork()
        if not child:  # pragma: no cover  another process
            os._exit(said(1).size // 256 % 256)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == expected


@pytest.mark.parametrize("factor", [0.9, 1.15])
def test_speech_is_fitted_into_its_share(call: Call, factor: float) -> None:
    usual = say(call).duration
    fitted = say(call, seconds=factor * usual)

    assert 0.95 * factor * usual <= fitted.duration <= factor * usual
    assert say(call, seconds=usual / 3).duration > 0.7 * usual, "faster than anybody speaks"
