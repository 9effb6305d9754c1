"""eSpeak NG: text in, samples with the positions of words and phonemes out.

The library keeps its state in globals, some of which outlive even its own termination (the phase of the
flutter, the random generator): said twice, a sentence is not the same. So it is used by one
thread at a time, loaded for each script and unloaded after it, which takes about 15 ms. Speech itself is made
about a thousand times faster than it is spoken.
"""

from __future__ import annotations

import _ctypes
import ctypes
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import espeakng_loader
import numpy as np

from genai.errors import Permanent

RATE = 22_050  # Hz, of every voice

# speak_lib.h of eSpeak NG 1.52.
_SYNCHRONOUS = 2
_PHONEME_EVENTS, _IPA, _DONT_EXIT = 1, 2, 0x8000
_UTF8 = 1
_SPEED, _PITCH, _RANGE = 1, 3, 4
_LIST_TERMINATED, _WORD, _PHONEME = 0, 1, 7
_SLOWEST, _FASTEST = 80, 450  # words per minute

_BORROWED = {"nb": "no", "hyw": "hy", "ltg": "lv"}  # languages with the dictionary of another name


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


class _Voice(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True)
class Sounded:
    """A phoneme as eSpeak names it in IPA, stress marks included; the empty string is a pause.
    ``position`` is the character of the text at which its word begins, ``sample`` where it starts."""

    symbol: str
    position: int
    sample: int


@dataclass(frozen=True)
class Utterance:
    """``samples`` are float32 at :data:`RATE`, mono."""

    samples: np.ndarray
    phonemes: tuple[Sounded, ...]


class _Engine:
    """The library, freshly loaded, as a context: it is unloaded at its end."""

    def __enter__(self) -> Self:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        options = _PHONEME_EVENTS | _IPA | _DONT_EXIT
        if self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, options) != RATE:
            raise Permanent("eSpeak NG cannot read its data; install espeakng-loader again", code="no_speech")
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(1))
        self._samples: list[np.ndarray] = []
        self._phonemes: list[Sounded] = []
        self._position = 0
        self._callback = _Callback(self._receive)  # kept: the library holds no reference
        self._library.espeak_SetSynthCallback(self._callback)
        return self

    def __exit__(self, *_: object) -> None:
        self._library.espeak_Terminate()
        _ctypes.dlclose(self._library._handle)  # noqa: SLF001  ctypes has no other way

    def _receive(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: object) -> int:
        if samples and count > 0:
            self._samples.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while (event := events[index]).type != _LIST_TERMINATED:  # type: ignore[index]
            if event.type == _WORD:
                self._position = event.text_position - 1  # counted from 1, in characters
            elif event.type == _PHONEME:
                symbol = event.id.string.decode(errors="ignore")
                self._phonemes.append(Sounded(symbol, self._position, event.sample))
            index += 1
        return 0

    def utter(self, text: str, voice: str, speed: int, pitch: int, expression: int) -> Utterance:
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise Permanent(f"eSpeak NG has no voice {voice}", code="unknown_voice")
        parameters = {_SPEED: min(max(speed, _SLOWEST), _FASTEST), _PITCH: pitch, _RANGE: expression}
        for parameter, value in parameters.items():
            self._library.espeak_SetParameter(parameter, value, 0)
        self._samples, self._phonemes, self._position = [], [], 0
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 1, 0, _UTF8, None, None)
        whole = np.concatenate(self._samples) if self._samples else np.zeros(0, np.int16)
        return Utterance(whole.astype(np.float32) / (1 << 15), tuple(self._phonemes))

    def voices(self) -> dict[str, str]:
        self._library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        listed = self._library.espeak_ListVoices(None)
        found: dict[str, str] = {}
        index = 0
        while listed[index]:
            voice = listed[index].contents
            language = ctypes.string_at(voice.languages + 1).decode().lower()  # after a byte of priority
            found[language] = voice.identifier.decode()
            index += 1
        return found


_lock = threading.Lock()


def utter(
    texts: Sequence[str], *, voice: str, speed: int = 165, pitch: int = 50, expression: int = 50
) -> list[Utterance]:
    """Speak each of ``texts`` with an eSpeak voice (``gmw/en-US``, ``gmw/de+f2``), ``speed`` words a minute.

    ``pitch`` and ``expression`` (its range) go from 0 to 99, 50 is the voice's own. The same call gives the
    same samples. Raises Permanent with the code ``unknown_voice``.
    """
    with _lock, _Engine() as engine:
        return [engine.utter(text, voice, speed, pitch, expression) for text in texts]


@cache
def voices() -> Mapping[str, str]:
    """By language (lower-case tag) the name of its voice, for those whose dictionary is installed."""
    with _lock, _Engine() as engine:
        listed = engine.voices()
    installed = {path.name for path in Path(espeakng_loader.get_data_path()).glob("*_dict")}
    return {tag: name for tag, name in listed.items() if f"{_dictionary(tag)}_dict" in installed}


def _dictionary(tag: str) -> str:
    language = tag.split("-", maxsplit=1)[0]
    return _BORROWED.get(language, language)


def _renew() -> None:
    """A forked child begins with a free lock: the thread that held it is not there."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_renew)
