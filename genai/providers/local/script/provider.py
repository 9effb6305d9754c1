"""From a request to a script in segments."""

from __future__ import annotations

import json
from collections.abc import Sequence

from genai.capabilities.base import Call
from genai.capabilities.script import ScriptRequest, ScriptResult
from genai.domain.film import Segment
from genai.providers.local.script.purposes import purposes_of
from genai.providers.local.script.segments import cut
from genai.providers.local.script.writer import Sentence, written
from genai.providers.local.storyboard.subject import subject_of
from genai.providers.local.storyboard.tongue import base
from genai.providers.local.storyboard.wish import read_wish

DEFAULT_SECONDS = {"ugc": 25.0}
_USUAL_SECONDS = 20.0


def script(request: ScriptRequest, call: Call) -> ScriptResult:
    """Cut the client's script, or write one.

    ``call.seed`` decides which of many scripts is written; a given one is cut the same way always.
    Raises :class:`~genai.errors.Permanent`: ``scene_count``, ``empty_script``, ``unsupported_language``
    and ``script_length``, each with what is possible instead.
    """
    if request.script is not None:
        texts = cut(request.script, request.language, request.count)
        purposes = purposes_of(texts)
    else:
        sentences = _write(request, call.seed)
        # A line each, so that what was written as one is cut as one.
        whole = "\n".join(sentence.text for sentence in sentences)
        texts = cut(whole, request.language, request.count)
        purposes = _purposes(texts, sentences)
    return ScriptResult(tuple(Segment(text, purpose) for text, purpose in zip(texts, purposes, strict=True)))


def _write(request: ScriptRequest, seed: int) -> list[Sentence]:
    subject = subject_of(request.product, request.metadata, request.language)
    wish = read_wish(request.prompt, subject.full.lower().split())
    duration = request.duration or DEFAULT_SECONDS.get(request.mode, _USUAL_SECONDS)
    product = request.product
    parts = [request.mode, product.name, product.brand, request.prompt.strip(), request.language, seed]
    key = json.dumps(parts, ensure_ascii=False)
    return written(subject, wish, request.mode, base(request.language), duration, key)


def _purposes(texts: Sequence[str], sentences: Sequence[Sentence]) -> list[str]:
    """Each segment's: that of the sentence whose words are most of it."""
    owners = [sentence.purpose for sentence in sentences for _ in sentence.text.split()]
    purposes, at = [], 0
    for text in texts:
        own = owners[at : at + len(text.split())]
        at += len(own)
        purposes.append(max(dict.fromkeys(own), key=own.count))
    purposes[0] = "hook"
    if len(purposes) > 1:
        purposes[-1] = "call_to_action"
    return purposes
