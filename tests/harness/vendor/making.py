"""What the vendor sells: results of every port, made out of a request document, each file kept once."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from threading import Lock
from typing import Any

from genai.capabilities.audio import AlignmentRequest, MusicRequest, SpeechRequest
from genai.capabilities.base import Produced
from genai.capabilities.fidelity import FidelityRequest
from genai.capabilities.image import ImageRequest
from genai.capabilities.lip_sync import LipSyncRequest
from genai.capabilities.metadata import MetadataRequest
from genai.capabilities.script import ScriptRequest
from genai.capabilities.stitch import StitchRequest
from genai.capabilities.storyboard import StoryboardRequest
from genai.capabilities.video import VideoRequest
from genai.domain.enums import Verdict
from genai.domain.media import MediaFile
from genai.domain.records import converter
from tests.plugin.genai_instant import results

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(AlignmentRequest, MusicRequest, SpeechRequest, FidelityRequest, ImageRequest, LipSyncRequest),
        *(MetadataRequest, ScriptRequest, StitchRequest, StoryboardRequest, VideoRequest),
    )
}
_OF_WORDS: dict[str, Callable[[Any], Any]] = {
    "metadata": results.metadata,
    "script": results.script,
    "storyboard": results.storyboard,
}
_OF_FILES: dict[str, Callable[[Any, Path], Any]] = {
    "audio": results.audio,
    "image": results.image,
    "lip_sync": results.lip_sync,
    "stitch": results.stitch,
    "video": results.video,
}
_plain = converter()
CAPABILITIES = {*_OF_WORDS, *_OF_FILES, "fidelity"}


class Shop:
    """Makes results and keeps their files, by SHA-256."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, str]] = {}
        self._documents = converter()
        # The vendor has a file's name alone, and needs no more to make something of it.
        self._documents.register_structure_hook(
            MediaFile, lambda document, _: MediaFile(Path(), "", document["sha256"])
        )
        self._documents.register_unstructure_hook(Produced, self._kept)
        self._making = Lock()

    def request(self, kind: str, inputs: dict[str, Any]) -> Any:
        """The port's request. Raises KeyError and cattrs' errors for what is none."""
        return self._documents.structure(inputs, _KINDS[kind])

    def make(self, capability: str, request: Any, verdict: Verdict = Verdict.PASS) -> dict[str, Any]:
        """The port's result as JSON. Each file in it has its SHA-256 as its ``url``."""
        if capability == "fidelity":
            made = results.fidelity(verdict)
        elif capability in _OF_WORDS:
            made = _OF_WORDS[capability](request)
        else:
            with self._making, tempfile.TemporaryDirectory(prefix="vendor-") as workdir:
                return self._document(_OF_FILES[capability](request, Path(workdir)))
        return self._document(made)

    def file(self, sha256: str) -> tuple[bytes, str]:
        """A file's bytes and media type."""
        return self._files[sha256]

    def _document(self, result: Any) -> dict[str, Any]:
        document: dict[str, Any] = self._documents.unstructure(result)
        return document

    def _kept(self, file: Produced) -> dict[str, Any]:
        data = file.path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        self._files[sha256] = (data, file.media_type)
        known = {each.name: getattr(file, each.name) for each in fields(file) if each.name != "path"}
        plain: dict[str, Any] = _plain.unstructure(known)
        return {"url": sha256, **plain}


def addressed(document: Any, address: Callable[[str], str]) -> Any:
    """A result's document with addresses for its files."""
    if isinstance(document, list | tuple):
        return [addressed(each, address) for each in document]
    if isinstance(document, dict):
        return {
            name: address(value) if name == "url" else addressed(value, address)
            for name, value in document.items()
        }
    return document


def units(request: Any) -> int:
    """What a generation costs: a clip its frames, anything else one."""
    if isinstance(request, VideoRequest | LipSyncRequest):
        return request.frames + request.handle
    return 1
