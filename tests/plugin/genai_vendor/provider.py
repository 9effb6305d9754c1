"""The adapter of the vendor that tests run: media by ticket, words at once, over HTTP.

Its environment:

    VENDOR_URL, VENDOR_KEY     where the vendor is, and our key
    VENDOR_MODEL               what its results are called; default 1
    VENDOR_CONCURRENCY, VENDOR_PER_MINUTE, VENDOR_BREAKER    its limits; none, none and 5
    VENDOR_PRICES              JSON, US dollars by capability, over the defaults below
    VENDOR_PURPOSES            of the pictures that it makes, with commas; default all
    VENDOR_TOTAL, VENDOR_READ  seconds of a whole request and of one wait; defaults 20 and 10
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from cattrs import BaseValidationError, Converter

from genai.capabilities.audio import (
    AlignmentRequest,
    AudioRequest,
    AudioResult,
    MusicRequest,
    SpeechRequest,
)
from genai.capabilities.base import Call, Pending, Ticket
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.capabilities.metadata import MetadataRequest, MetadataResult
from genai.capabilities.script import ScriptRequest, ScriptResult
from genai.capabilities.stitch import StitchRequest, StitchResult
from genai.capabilities.storyboard import StoryboardRequest, StoryboardResult
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.limits import Limit
from genai.domain.media import MediaFile
from genai.domain.records import to_json
from genai.errors import Permanent, Rejected, StepError
from genai.providers.http import Account, VendorApi, bearer

_PRICES = {"image": 0.25, "video": 0.5, "lip_sync": 0.5, "audio": 0.02, "fidelity": 0.01}
_PORTS: dict[type[Any], tuple[str, type[Any]]] = {
    AlignmentRequest: ("audio", AudioResult),
    FidelityRequest: ("fidelity", FidelityResult),
    ImageRequest: ("image", ImageResult),
    LipSyncRequest: ("lip_sync", LipSyncResult),
    MetadataRequest: ("metadata", MetadataResult),
    MusicRequest: ("audio", AudioResult),
    ScriptRequest: ("script", ScriptResult),
    SpeechRequest: ("audio", AudioResult),
    StitchRequest: ("stitch", StitchResult),
    StoryboardRequest: ("storyboard", StoryboardResult),
    VideoRequest: ("video", VideoResult),
}
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "video/mp4": ".mp4", "audio/wav": ".wav"}
_documents = Converter()


class VendorProvider:
    name = "vendor"
    prefix = "VENDOR_"

    def __init__(self) -> None:
        given = {
            "VENDOR_" + name.removeprefix(self.prefix): value
            for name, value in os.environ.items()
            if name.startswith(self.prefix)
        }
        self.model = given.get("VENDOR_MODEL", "1")
        concurrency, per_minute = given.get("VENDOR_CONCURRENCY"), given.get("VENDOR_PER_MINUTE")
        self.limit = Limit(
            concurrency=int(concurrency) if concurrency else None,
            per_minute=float(per_minute) if per_minute else None,
            breaker=int(given.get("VENDOR_BREAKER", "5")),
        )
        self._prices: Mapping[str, float] = _PRICES | json.loads(given.get("VENDOR_PRICES", "{}"))
        purposes = given.get("VENDOR_PURPOSES", ",".join(ImagePurpose))
        self._purposes = {ImagePurpose(purpose) for purpose in purposes.split(",")}
        account = Account(
            self.name,
            given["VENDOR_URL"],
            bearer(given["VENDOR_KEY"]),
            result_hosts=(urlsplit(given["VENDOR_URL"]).netloc,),
            read=float(given.get("VENDOR_READ", "10")),
            total=float(given.get("VENDOR_TOTAL", "20")),
        )
        self._api = VendorApi(account, _meaning)

    def serves(self, request: Any) -> bool:
        return not isinstance(request, ImageRequest) or request.purpose in self._purposes

    def price(self, request: Any) -> float:
        return self._prices.get(_PORTS[type(request)][0], 0.0)

    def image(self, request: ImageRequest, call: Call) -> Ticket:
        return self._submit(request, call)

    def video(self, request: VideoRequest, call: Call) -> Ticket:
        files = {"image": request.image} if request.image else {}
        return self._submit(request, call, files)

    def lip_sync(self, request: LipSyncRequest, call: Call) -> Ticket:
        return self._submit(request, call, {"speech": request.speech})

    def audio(self, request: AudioRequest, call: Call) -> Ticket:
        files = {"recording": request.recording} if isinstance(request, AlignmentRequest) else {}
        return self._submit(request, call, files)

    def metadata(self, request: MetadataRequest, call: Call) -> MetadataResult:
        made: MetadataResult = self._at_once(request, call)
        return made

    def script(self, request: ScriptRequest, call: Call) -> ScriptResult:
        made: ScriptResult = self._at_once(request, call)
        return made

    def storyboard(self, request: StoryboardRequest, call: Call) -> StoryboardResult:
        made: StoryboardResult = self._at_once(request, call)
        return made

    def fidelity(self, request: FidelityRequest, call: Call) -> FidelityResult:
        made: FidelityResult = self._at_once(request, call)
        return made

    def stitch(self, request: StitchRequest, call: Call) -> StitchResult:
        made: StitchResult = self._at_once(request, call)
        return made

    def poll(self, ticket: str, request: Any, call: Call) -> Any:
        return self._taken(self._api.get(f"v1/generations/{ticket}"), request, call)

    def cancel(self, ticket: str) -> bool:
        return bool(self._api.post(f"v1/generations/{ticket}/cancel", {}).get("status") == "cancelled")

    def _submit(self, request: Any, call: Call, files: Mapping[str, MediaFile] | None = None) -> Ticket:
        document = {"hook": call.hook} | _wanted(request)
        answer = self._api.post(
            "v1/generations",
            {"request": json.dumps(document)} if files else document,
            files=files,
            idempotency_key=call.idempotency_key,
        )
        if not isinstance(answer.get("id"), str):
            raise self._api.bad_answer("names no generation")
        return Ticket(answer["id"])

    def _at_once(self, request: Any, call: Call) -> Any:
        document = {"wait": True} | _wanted(request)
        answer = self._api.post("v1/generations", document, idempotency_key=call.idempotency_key)
        return self._taken(answer, request, call)

    def _taken(self, answer: Mapping[str, Any], request: Any, call: Call) -> Any:
        """The result, with its files in the call's directory, or Pending."""
        match answer.get("status"):
            case "queued" | "running":
                return Pending(progress=answer.get("progress"))
            case "succeeded":
                try:
                    document = self._fetched(answer["result"], call, count(1))
                    result = _documents.structure(document, _PORTS[type(request)][1])
                except (KeyError, BaseValidationError):
                    raise self._api.bad_answer("holds no result") from None
                return replace(result, cost=self.price(request))
            case "rejected":
                raise Rejected(self._api.without_secrets(_message(answer)), provider=self.name)
            case "failed":
                raise Permanent("the vendor's work failed", code="vendor_failed", provider=self.name)
            case "expired":
                raise Permanent("the vendor's result has expired", code="result_expired", provider=self.name)
            case "cancelled":
                raise Permanent(
                    "the vendor's work was cancelled", code="vendor_cancelled", provider=self.name
                )
            case _:
                raise self._api.bad_answer("has no status")

    def _fetched(self, document: Any, call: Call, numbers: Iterator[int]) -> Any:
        """The result's document with each file downloaded: ``path`` in place of ``url``."""
        if isinstance(document, list):
            return [self._fetched(each, call, numbers) for each in document]
        if not isinstance(document, dict):
            return document
        if "url" not in document:
            return {name: self._fetched(value, call, numbers) for name, value in document.items()}
        path = call.workdir / f"{next(numbers)}{_ENDINGS.get(document['media_type'], '')}"
        self._api.download(document["url"], path, accept=[document["media_type"]])
        return {name: value for name, value in document.items() if name != "url"} | {"path": str(path)}


class OtherVendorProvider(VendorProvider):
    """Another vendor of the same kind, with variables of its own: ``OTHER_URL`` and so on."""

    name = "other"
    prefix = "OTHER_"


def _wanted(request: Any) -> dict[str, Any]:
    return {
        "capability": _PORTS[type(request)][0],
        "kind": type(request).__name__,
        "inputs": to_json(request),
    }


def _meaning(status: int, document: Mapping[str, Any]) -> StepError | None:
    refused = status == 400 and _error(document).get("code") == "content_policy"
    return Rejected(_message(document)) if refused else None


def _message(document: Mapping[str, Any]) -> str:
    return str(_error(document).get("message", "no reason was given"))[:300]


def _error(document: Mapping[str, Any]) -> Mapping[str, Any]:
    error = document.get("error")
    return error if isinstance(error, Mapping) else {}
