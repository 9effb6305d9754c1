"""What ElevenLabs would answer: it speaks with eSpeak, times characters as the vendor does, and plays clicks.

:func:`answering` has a :class:`~tests.harness.specs.SpecServer` answer all that the adapter asks, out of the
request alone. The functions are also used alone.
"""

from __future__ import annotations

import base64
import io
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import imageio_ffmpeg
import numpy as np

from genai.domain.film import SAMPLE_RATE, SpokenWord
from genai.media import sound
from genai.providers.local.audio.polish import polish
from genai.providers.local.audio.speech import say
from tests.harness.specs import Answer, Call, SpecServer

SPEAK = "POST /v1/text-to-speech/{voice_id}/with-timestamps"
ALIGN = "POST /v1/forced-alignment"
COMPOSE = "POST /v1/music"
TEMPO = 120
_CODECS = {
    "mp3": ("-c:a", "libmp3lame", "-f", "mp3"),
    "opus": ("-c:a", "libopus", "-f", "ogg"),
    "pcm": ("-c:a", "pcm_s16le", "-f", "s16le"),
    "wav": ("-c:a", "pcm_s16le", "-f", "wav"),
}


@dataclass(frozen=True)
class Voice:
    """What was said: mono samples at 48 kHz, and when each character of the text was."""

    text: str
    samples: np.ndarray = field(repr=False)
    words: tuple[SpokenWord, ...]

    @property
    def characters(self) -> list[tuple[str, float, float]]:
        """Letters share their word's time; a mark has the pause that follows it, as the vendor's has."""
        timed: list[tuple[str, float, float]] = []
        at = 0
        for number, word in enumerate(self.words):
            begin = self.text.index(word.text, at)
            following = self.words[number + 1].start if number + 1 < len(self.words) else self.duration
            timed += [(blank, word.start, word.start) for blank in self.text[at:begin]]
            letters = [letter for letter in word.text if letter.isalnum()]
            step = (word.end - word.start) / max(1, len(letters))
            told = word.start
            for letter in word.text:
                begins, told = told, told + step if letter.isalnum() else max(told, following)
                timed.append((letter, begins, told))
            at = begin + len(word.text)
        return timed

    @property
    def duration(self) -> float:
        return self.samples.size / SAMPLE_RATE


def voice(text: str, *, rate: float = 1.0) -> Voice:
    spoken = say(text, language="en", rate=rate)
    return Voice(text, polish(spoken.samples, 22050), spoken.words)


def encoded(samples: np.ndarray, output_format: str) -> bytes:
    """Samples in one of the vendor's formats, as ffmpeg writes it."""
    kind, rate, *bits = output_format.split("_")
    quality = ("-b:a", f"{bits[0]}k") if bits else ()
    with TemporaryDirectory() as folder:
        source, target = Path(folder, "source.wav"), Path(folder, "encoded")
        sound.write(source, samples)
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-i", str(source), "-ar", rate]
        subprocess.run([*command, *_CODECS[kind], *quality, str(target)], check=True)
        return target.read_bytes()


def spoken(said: Voice, data: bytes) -> dict[str, Any]:
    """The vendor's answer for speech."""
    return {"audio_base64": base64.b64encode(data).decode(), "alignment": alignment(said.characters)}


def alignment(characters: Sequence[tuple[str, float, float]]) -> dict[str, Any]:
    texts, starts, ends = zip(*characters, strict=True)
    return {
        "characters": list(texts),
        "character_start_times_seconds": list(starts),
        "character_end_times_seconds": list(ends),
    }


def aligned(said: Voice) -> dict[str, Any]:
    """The vendor's answer for an alignment."""
    characters = [{"text": text, "start": start, "end": end} for text, start, end in said.characters]
    words = [{"text": word.text, "start": word.start, "end": word.end, "loss": 0.1} for word in said.words]
    return {"characters": characters, "words": words, "loss": 0.12}


def clicks(seconds: float, lead: float = 0.3) -> np.ndarray:
    """Music at TEMPO: a click on every beat after some silence, over a soft chord."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    since = np.mod(time - lead, 60 / TEMPO)
    click = np.sin(2 * np.pi * 1500 * since) * np.exp(-since / 0.02)
    chord = 0.1 * sum(np.sin(2 * np.pi * pitch * time) for pitch in (220, 277.2, 329.6))
    return ((0.5 * click + chord) * (time >= lead)).astype(np.float32)


def error(code: str, message: str = "because", **more: Any) -> dict[str, Any]:
    """The document of an error."""
    return {"detail": {"type": "t", "code": code, "message": message, "request_id": "r", **more}}


def answering(server: SpecServer) -> None:
    """Have the server answer whatever it is asked."""

    def speak(asked: Call) -> dict[str, Any]:
        said = voice(asked.body["text"], rate=asked.body["voice_settings"]["speed"])
        return spoken(said, encoded(said.samples, asked.query["output_format"][0]))

    def align(asked: Call) -> dict[str, Any]:
        with wave.open(io.BytesIO(asked.body["file"].data)) as file:
            seconds = file.getnframes() / file.getframerate()
        text = asked.body["text"]
        edges = np.linspace(0, seconds, len(text) + 1).tolist()
        timed = zip(text, edges, edges[1:], strict=False)
        characters = [{"text": letter, "start": start, "end": end} for letter, start, end in timed]
        return {"characters": characters, "words": [], "loss": 0.2}

    def compose(asked: Call) -> Answer:
        music = clicks(asked.body["music_length_ms"] / 1000)
        data = encoded(music, asked.query["output_format"][0])
        return Answer(200, data, {"Content-Type": "audio/mpeg"})

    server.answer(SPEAK, 200, speak)
    server.answer(ALIGN, 200, align)
    server.answer(COMPOSE, 200, compose)
