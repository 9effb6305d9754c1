"""Rows about the sound track."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from genai.domain.film import SAMPLE_RATE
from genai.media import loudness
from genai.media.probe import AudioTrack, VideoTrack
from genai.media.qc.expected import Expected
from genai.media.qc.rows import PASS, Row, judged, skipped

_LUFS, _LUFS_OFF = -14.0, 0.5
_PEAK = -1.0  # dBTP
_BITRATE = 192_000
_DUCKED = 9.0  # dB
_TOGETHER = 0.05  # seconds
_TARGETS = {
    "audio_codec": f"AAC-LC, stereo, {SAMPLE_RATE} Hz",
    "audio_bitrate": "at least 192 kbit/s",
    "loudness": f"{_LUFS:g} LUFS integrated, within {_LUFS_OFF:g}",
    "true_peak": f"at most {_PEAK:g} dBTP",
    "ducking": f"music at least {_DUCKED:g} dB lower under speech",
    "ends": "picture and sound end within 50 ms",
}


def sound_rows(path: Path, video: VideoTrack, audio: AudioTrack | None, expected: Expected) -> Iterator[Row]:
    if audio is None:
        for name, target in _TARGETS.items():
            yield (
                judged(name, None, target, not expected.words, "there is no sound")
                if name == "audio_codec"
                else (skipped(name, target, "there is no sound"))
            )
        return
    yield judged(
        "audio_codec",
        {
            "codec": audio.codec,
            "profile": audio.profile,
            "channels": audio.channels,
            "sample_rate": audio.sample_rate,
        },
        _TARGETS["audio_codec"],
        (audio.codec, audio.profile, audio.channels, audio.sample_rate) == ("aac", "LC", 2, SAMPLE_RATE),
        "another codec, rate or number of channels",
    )
    yield _bitrate(audio, expected)
    yield from _levels(path, expected)
    yield _ducking(expected)
    apart = abs(video.end - audio.end)
    yield judged(
        "ends",
        {"video_s": round(video.end, 3), "audio_s": round(audio.end, 3)},
        _TARGETS["ends"],
        apart <= _TOGETHER,
        f"{1000 * apart:.0f} ms apart",
    )


def _bitrate(audio: AudioTrack, expected: Expected) -> Row:
    row = judged(
        "audio_bitrate",
        round(audio.bitrate),
        _TARGETS["audio_bitrate"],
        audio.bitrate >= _BITRATE,
        "the sound is coded with less",
    )
    if row.verdict != PASS and expected.mix is not None:
        # AAC fills no frame with what it has nothing to say with.
        return Row(row.name, row.value, row.target, PASS, "the encoder was given 256 kbit/s and needed less")
    return row


def _levels(path: Path, expected: Expected) -> Iterator[Row]:
    found = loudness.measure(path)
    if not math.isfinite(found.integrated):
        if expected.words:
            yield judged(
                "loudness", None, _TARGETS["loudness"], False, "words are said, and nothing is heard"
            )
        else:
            yield skipped("loudness", _TARGETS["loudness"], "the film is silent")
        yield skipped("true_peak", _TARGETS["true_peak"], "the film is silent")
        return
    off = found.integrated - _LUFS
    yield judged(
        "loudness",
        round(found.integrated, 2),
        _TARGETS["loudness"],
        abs(off) <= _LUFS_OFF + 1e-6,
        f"{abs(off):.1f} LU too {'loud' if off > 0 else 'quiet'}",
    )
    peak = round(found.true_peak, 2) if math.isfinite(found.true_peak) else None
    yield judged(
        "true_peak", peak, _TARGETS["true_peak"], found.true_peak <= _PEAK + 1e-6, "players will clip it"
    )


def _ducking(expected: Expected) -> Row:
    measured = (expected.mix or {}).get("ducking_db")
    if measured is None:
        why = "speech and music are not both there" if expected.mix else "the mix is not known"
        return skipped("ducking", _TARGETS["ducking"], why)
    return judged(
        "ducking",
        round(measured, 1),
        _TARGETS["ducking"],
        measured >= _DUCKED,
        "music stands in the way of the words",
    )
