"""What OpenAI would answer: pictures of the size and texts of the form asked for, speech and its words.

:func:`answering` has a :class:`~tests.harness.specs.SpecServer` answer all that the adapter asks, out of the
request alone, for tests in which the answers' content does not matter. The functions are also used alone.
"""

from __future__ import annotations

import base64
import io
import json
import re
import wave
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from genai.domain.film import SpokenWord
from genai.domain.speaking import seconds_to_say
from tests.harness.specs import Call, File, SpecServer

EDIT, GENERATE, RESPOND, SPEAK, LISTEN = (
    "POST /images/edits",
    "POST /images/generations",
    "POST /responses",
    "POST /audio/speech",
    "POST /audio/transcriptions",
)
_RATE = 24_000  # of its voices
_BOUNDS = re.compile(r"(?:^|; )(-?[\d.]+)(?: to (-?[\d.]+))?(?: of them)?$")


def error(code: str | None, message: str, kind: str = "invalid_request_error") -> dict[str, Any]:
    """The document of every error."""
    return {"error": {"code": code, "message": message, "param": None, "type": kind}}


def picture(
    size: str = "1024x1024", *, text: int = 400, pictured: int = 2000, painted: int = 4000
) -> dict[str, Any]:
    """A picture, and the tokens that it took."""
    width, _, height = size.partition("x")
    written = io.BytesIO()
    Image.radial_gradient("L").resize((int(width), int(height))).convert("RGB").save(
        written, "PNG", compress_level=1
    )
    usage = {
        "input_tokens": text + pictured,
        "input_tokens_details": {"text_tokens": text, "image_tokens": pictured},
        "output_tokens": painted,
        "total_tokens": text + pictured + painted,
    }
    data = [{"b64_json": base64.b64encode(written.getvalue()).decode()}]
    return {"created": 1763700000, "data": data, "usage": usage}


def response(said: Any, *, read: int = 1000, made: int = 500, **changes: Any) -> dict[str, Any]:
    """A response whose message says a text, or a JSON value."""
    text = said if isinstance(said, str) else json.dumps(said)
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    message = {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant"}
    usage = {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": made,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + made,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1763700000,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": "gpt-6.1-sol",
        "output": [{**message, "content": content}],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": usage,
        **changes,
    }


def refused(why: str) -> dict[str, Any]:
    """A response in which the model declines."""
    message = {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant"}
    return response("", output=[{**message, "content": [{"type": "refusal", "refusal": why}]}])


def transcription(words: Sequence[SpokenWord], duration: float) -> dict[str, Any]:
    """What was heard, word by word."""
    return {
        "language": "english",
        "duration": duration,
        "text": " ".join(word.text for word in words),
        "words": [{"word": word.text, "start": word.start, "end": word.end} for word in words],
        "usage": {"type": "duration", "seconds": max(1.0, duration)},
    }


def tones(words: Sequence[str], *, rate: int = _RATE) -> tuple[bytes, tuple[SpokenWord, ...]]:
    """A WAV in which each word is a tone of 0.3 s with 0.1 s of silence after it, and the times."""
    seconds = 0.4
    time = np.arange(int(0.75 * seconds * rate)) / rate
    tone = 0.3 * np.sin(2 * np.pi * 200 * time) * np.hanning(time.size)
    silence = np.zeros(int(seconds * rate) - time.size)
    samples = np.concatenate([np.concatenate([tone, silence]) for _ in words])
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(samples * 32767).astype("<i2").tobytes())
    times = [SpokenWord(word, at * seconds, (at + 0.75) * seconds) for at, word in enumerate(words)]
    return written.getvalue(), tuple(times)


def answering(server: SpecServer) -> None:
    """Have the server answer everything well. Speech is tones; a transcription hears in any recording the
    words of the last speech, or the five of the conformance suite's, evenly."""
    said = {"words": ["Tea", "tastes", "better", "from", "it."]}

    def speak(call: Call) -> bytes:
        said["words"] = call.body["input"].split()
        return tones(said["words"])[0]

    def listen(call: Call) -> dict[str, Any]:
        file = call.body["file"]
        assert isinstance(file, File)
        with wave.open(io.BytesIO(file.data)) as sound:
            duration = sound.getnframes() / sound.getframerate()
        step = duration / len(said["words"])
        times = [SpokenWord(word, at * step, (at + 0.75) * step) for at, word in enumerate(said["words"])]
        return transcription(times, duration)

    server.answer(EDIT, body=lambda call: picture(call.body["size"]))
    server.answer(GENERATE, body=lambda call: picture(call.body["size"]))
    server.answer(RESPOND, body=lambda call: response(written(call.body)))
    server.answer(SPEAK, body=speak)
    server.answer(LISTEN, body=listen)


def written(request: Mapping[str, Any]) -> Any:
    """An answer to one of our tasks, as its schema has it: the least of everything, and full marks."""
    form, asked = request["text"]["format"], request["input"][0]["content"][0]["text"]
    if form["name"] == "script":
        return _script(form["schema"], asked)
    return _filled(form["schema"], "")


def _script(schema: Mapping[str, Any], asked: str) -> dict[str, Any]:
    wanted = re.search(r"^(\d+) segments", asked, re.MULTILINE)
    if "last" in schema["properties"]["segments"]["items"]["properties"]:
        pieces = len(re.findall(r"^\d+: ", asked, re.MULTILINE))
        count = int(wanted[1]) if wanted else pieces
        ends = [pieces - count + place for place in range(1, count + 1)]
        return {"segments": [{"last": end, "purpose": "benefit"} for end in ends]}
    seconds = float(re.search(r"^([\d.]+) s of speech", asked, re.MULTILINE)[1])  # type: ignore[index]
    count = int(wanted[1]) if wanted else max(1, round(seconds / 5))
    sentence = "It stands there."
    times = max(1, round(seconds / count / seconds_to_say(sentence)))
    return {"segments": [{"text": " ".join([sentence] * times), "purpose": "benefit"}] * count}


def _filled(schema: Mapping[str, Any], name: str) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        return {key: _filled(each, key) for key, each in schema["properties"].items()}
    least, most = _bounds(schema.get("description", ""))
    if kind == "array":
        return [_filled(schema["items"], name) for _ in range(int(least))]
    if kind in ("integer", "number"):
        value = most if name == "grade" else least
        return int(value) if kind == "integer" else value
    if name in ("hex", "palette"):
        return "#5a7d9a"
    return "A plain table in the morning." if name in ("prompt", "concept", "title", "idea") else ""


def _bounds(said: str) -> tuple[float, float]:
    found = _BOUNDS.search(said)
    if found is None:
        return 0.0, 0.0
    return float(found[1]), float(found[2] or found[1])
