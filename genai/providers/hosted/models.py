"""The ports over models that a vendor hosts: submitted, looked at later, brought to our form."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from genai.capabilities.base import Call, Pending, Produced, Ticket
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.creative import Canvas
from genai.domain.enums import AssetRole
from genai.domain.film import FPS
from genai.domain.media import Mark, MediaFile
from genai.errors import ConfigurationError, Permanent, StepError
from genai.media import pixels
from genai.prompts.image import image_prompt, pictures, with_most_pictures
from genai.prompts.video import video_prompt
from genai.providers.adapter import Adapter
from genai.providers.hosted import results
from genai.providers.hosted.mapping import Entry, entries
from genai.providers.hosted.presenters import check, presenter
from genai.providers.hosted.sending import Sent, sent
from genai.providers.http import Account, VendorApi
from genai.vendors import Vendor

T = TypeVar("T")

# Models state no bound of 32 bits for seeds, and refuse what is beyond it.
_SEEDS = 2**31
_LOOK_IN = {"image": 3.0, "video": 15.0, "lip_sync": 15.0}  # seconds until the first look
_ROLES = {ImagePurpose.NEUTRAL: AssetRole.NEUTRAL, ImagePurpose.SCENE: AssetRole.SCENE_IMAGE}
# What parts the jobs of one ticket; a request of cut-outs is one job for each photograph.
_BETWEEN = " "


class HostedModels(Adapter, ABC):
    """One account at a vendor of this kind. Safe to make before a fork.

    It serves what has an entry in ``use``: ``image`` (neutral images and scenes; ``image.neutral`` and
    ``image.scene`` before it), ``image.cutout``, ``video`` of scene images, ``lip_sync`` of presenters whose
    pictures the settings name. No character sheets, and no footage. Scene images have no placement.

    An interrupted submission that is made again is paid again: neither vendor documents an idempotency key.
    """

    names: re.Pattern[str]  # of models, as the vendor has them
    charged = frozenset({"result_expired"})  # codes of the errors of work that may be paid for all the same

    def __init__(self, vendor: Vendor, account: Account) -> None:
        """Raises ConfigurationError naming the entry that cannot be worked with."""
        super().__init__(vendor)
        self._account = account
        self._entries = entries(vendor)
        self._api = VendorApi(account, lambda _status, _document: None)
        for use, entry in self._entries.items():
            if not self.names.fullmatch(entry.model.name):
                place = f'GENAI_VENDORS_FILE: {vendor.name}.use."{use}"'
                raise ConfigurationError(
                    f"{place}: model: '{entry.model.name}' is no model's name,"
                    f" which is as {self.names.pattern}"
                )
        if lip_sync := self._entries.get("lip_sync"):
            check(lip_sync, vendor.name)

    @abstractmethod
    def submit(self, model: str, inputs: dict[str, Any], hook: str | None) -> str:
        """Have the model work; the job's name, without spaces. ``hook`` may be told when it is done."""

    @abstractmethod
    def look(self, job: str) -> Any | None:
        """What the job gave, None while it is not done. Raises Permanent where it has failed."""

    @abstractmethod
    def stop(self, job: str) -> bool:
        """Ask that the job be stopped; False where it was done already."""

    @abstractmethod
    def place(self, file: Sent) -> str:
        """Where the vendor finds the file: an address, or a data URI."""

    def serves(self, request: Any) -> bool:
        return self._entry_for(request) is not None

    def price(self, request: Any) -> float:
        entry = self._entry_for(request)
        if entry is None:
            return 0.0
        cutouts = isinstance(request, ImageRequest) and request.purpose is ImagePurpose.CUTOUT
        return (len(request.references) if cutouts else 1) * _price_of_one(entry, request)

    def image(self, request: ImageRequest, call: Call) -> Ticket:
        entry = self._entry(request)
        if request.purpose is ImagePurpose.CUTOUT:
            return self._cutouts(entry, request, call)
        limited = with_most_pictures(request, entry.pictures())
        shown = pictures(limited)
        values = self._canvas(request.canvas, entry, call) | {
            "prompt": lambda: image_prompt(limited, limit=entry.options.prompt),
            "references": lambda: [self._file(each, entry) for each in shown] or None,
            "image": lambda: self._file(shown[0], entry) if shown else None,
        }
        return self._ticket([self.submit(entry.model.name, entry.inputs(values), call.hook)], "image")

    def video(self, request: VideoRequest, call: Call) -> Ticket:
        entry = self._entry(request)
        picture = request.image
        values = self._canvas(request.canvas, entry, call) | {
            "prompt": lambda: video_prompt(request, limit=entry.options.prompt),
            "image": lambda: self._file(picture, entry) if picture else None,
            "seconds": lambda: entry.options.length(_wanted(request)),
        }
        return self._ticket([self.submit(entry.model.name, entry.inputs(values), call.hook)], "video")

    def lip_sync(self, request: LipSyncRequest, call: Call) -> Ticket:
        entry = self._entry(request)
        shown = presenter(request, entry, call.seed)
        values = self._canvas(request.canvas, entry, call) | {
            "speech": lambda: self._file(request.speech, entry),
            "presenter": lambda: shown.address or self._file(shown.file, entry),
            "seconds": lambda: entry.options.length(_wanted(request)),
        }
        return self._ticket([self.submit(entry.model.name, entry.inputs(values), call.hook)], "lip_sync")

    def poll(self, ticket: str, request: Any, call: Call) -> Any:
        """The port's result, or Pending. Results are fetched at once: vendors do not keep them."""
        entry = self._entry(request)
        outputs = self._outputs(ticket.split(_BETWEEN), _price_of_one(entry, request))
        if any(output is None for output in outputs):
            return Pending()
        kinds = results.PICTURES if isinstance(request, ImageRequest) else results.CLIPS
        files = [
            self._fetched(output, call.workdir / f"given-{n}", kinds) for n, output in enumerate(outputs)
        ]
        if isinstance(request, ImageRequest):
            return self._images(request, entry, files, call)
        if isinstance(request, VideoRequest):
            return self._video(request, entry, files[0], call)
        return self._lip_sync(request, entry, files[0], call)

    def cancel(self, ticket: str) -> bool:
        stopped = [self.stop(job) for job in ticket.split(_BETWEEN)]  # each, also after one that was done
        return all(stopped)

    def asked(self, ask: Callable[[], T]) -> T:
        """What an SDK answers. Raises Retryable (``bad_answer``) for what it cannot read."""
        try:
            return ask()
        except (ValueError, TypeError, KeyError, AttributeError):
            raise self._api.bad_answer("is not as documented") from None

    def _cutouts(self, entry: Entry, request: ImageRequest, call: Call) -> Ticket:
        jobs: list[str] = []
        try:
            for reference in request.references:
                values: dict[str, Callable[[], Any]] = {
                    "image": lambda file=reference.file: self._file(file, entry),  # type: ignore[misc]
                    "seed": lambda: call.seed % _SEEDS,
                }
                jobs.append(self.submit(entry.model.name, entry.inputs(values), call.hook))
        except StepError as error:
            error.cost = self._abandon(jobs) * _price_of_one(entry, request)
            raise
        return self._ticket(jobs, "image")

    def _outputs(self, jobs: list[str], price: float) -> list[Any]:
        """What each has given, None while it is not done. Where one has failed nobody asks for the others."""
        found = []
        for job in jobs:
            try:
                found.append(self.look(job))
            except Permanent as error:
                paid = self._abandon([each for each in jobs if each != job]) + (error.code in self.charged)
                error.cost = paid * price
                raise
        return found

    def _abandon(self, jobs: list[str]) -> int:
        """Stop what nobody will ask for; how many are paid for: those that were done, or cannot be told."""
        paid = 0
        for job in jobs:
            try:
                paid += not self.stop(job)
            except StepError:
                paid += 1
        return paid

    def _ticket(self, jobs: list[str], kind: str) -> Ticket:
        return Ticket(_BETWEEN.join(jobs), poll_in=_LOOK_IN[kind])

    def _canvas(self, canvas: Canvas, entry: Entry, call: Call) -> dict[str, Callable[[], Any]]:
        return {
            "aspect": lambda: entry.options.aspect(canvas),
            "width": lambda: canvas.width,
            "height": lambda: canvas.height,
            "seed": lambda: call.seed % _SEEDS,
        }

    def _file(self, file: MediaFile, entry: Entry) -> str:
        return self.place(sent(file, entry.options)[0])

    def _fetched(self, output: Any, path: Path, kinds: tuple[str, ...]) -> Path:
        address = results.address(output)
        if address is None:
            raise Permanent(f"{self.name} is done and gave no file", code="bad_result")
        self._api.download(address, path, accept=kinds)
        return path

    def _images(self, request: ImageRequest, entry: Entry, files: list[Path], call: Call) -> ImageResult:
        cost = self.price(request)
        if request.purpose is ImagePurpose.CUTOUT:
            cuts = []
            for number, (reference, file) in enumerate(zip(request.references, files, strict=True)):
                path = call.workdir / f"cutout-{number}.png"
                size = _size(reference.file)
                cut = results.cutout(file, path, size, reference.file.sha256, entry)
                reduced = sent(reference.file, entry.options)[1]
                cuts.append(replace(cut, view=reference.view, marks=cut.marks + reduced))
            return ImageResult(tuple(cuts), cost=cost)
        limited = with_most_pictures(request, entry.pictures())
        marks = [mark for file in pictures(limited) for mark in sent(file, entry.options)[1]]
        if not limited.references:
            marks.append(
                Mark("without_references", "Painted from words alone, without a picture of the product.")
            )
        made = results.picture(files[0], call, request.canvas, _ROLES[request.purpose], entry)
        return ImageResult((replace(made, marks=(*made.marks, *dict.fromkeys(marks))),), cost=cost)

    def _video(self, request: VideoRequest, entry: Entry, file: Path, call: Call) -> VideoResult:
        last = call.workdir / "last.jpg"
        clip, details = results.clip(file, call, request, entry, last=last)
        return VideoResult(
            clip,
            text_burned=True,
            last_frame=Produced(last, "image/jpeg", AssetRole.LAST_FRAME),
            details=details,
            marks=(*clip.marks, *(sent(request.image, entry.options)[1] if request.image else ())),
            cost=self.price(request),
        )

    def _lip_sync(self, request: LipSyncRequest, entry: Entry, file: Path, call: Call) -> LipSyncResult:
        clip, details = results.clip(file, call, request, entry)
        details["presenter"] = presenter(request, entry, call.seed).name
        return LipSyncResult(
            clip, text_burned=True, details=details, marks=clip.marks, cost=self.price(request)
        )

    def _entry(self, request: Any) -> Entry:
        if entry := self._entry_for(request):
            return entry
        raise Permanent(f"{self.name} is not set up for this request", code="unsupported")

    def _entry_for(self, request: Any) -> Entry | None:
        if isinstance(request, VideoRequest):
            return self._entries.get("video") if request.image is not None else None
        if isinstance(request, LipSyncRequest):
            return self._entries.get("lip_sync")
        if not isinstance(request, ImageRequest):
            return None
        usual = self._entries.get("image") if request.purpose in _ROLES else None
        return self._entries.get(f"image.{request.purpose}", usual)


def _price_of_one(entry: Entry, request: Any) -> float:
    """Of a job, in US dollars."""
    timed = isinstance(request, VideoRequest | LipSyncRequest)
    seconds = float(entry.options.length(_wanted(request))) if timed else 0.0
    return entry.model.cost(call=1, image=1, second=seconds)


def _wanted(request: VideoRequest | LipSyncRequest) -> float:
    """Seconds of the clip, with its handle."""
    return (request.frames + request.handle) / FPS


def _size(file: MediaFile) -> tuple[int, int]:
    if file.width and file.height:
        return file.width, file.height
    found = pixels.load_rgba(file.path)
    return found.shape[1], found.shape[0]
