"""Presenters for lip sync: a request names one, the settings say what each looks like.

The port carries no picture of a presenter, so only those that ``options.presenters`` names can speak: each
with an address that the vendor fetches itself, or with a file of this machine that is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

from genai.capabilities.lip_sync import LipSyncRequest
from genai.domain.media import MediaFile
from genai.errors import ConfigurationError, Permanent
from genai.providers.hosted.mapping import Entry


@dataclass(frozen=True)
class Presenter:
    """``place`` is an https address, or the path of a picture or clip."""

    name: str
    place: str

    @property
    def address(self) -> str:
        """The address, empty for a file."""
        return self.place if self.place.startswith("https://") else ""

    @property
    def file(self) -> MediaFile:
        """The file; its media type is that of its name."""
        path = Path(self.place)
        return MediaFile(path, guess_type(path.name)[0] or "", sha256="")

    @property
    def is_shown(self) -> bool:
        """Whether the file's name is that of a picture or clip."""
        return self.file.media_type.startswith(("image/", "video/"))


def presenter(request: LipSyncRequest, entry: Entry, seed: int) -> Presenter:
    """The one that is asked for, or else the seed's. Raises Permanent (``unknown_presenter``)."""
    places = entry.options.presenters
    names = sorted(places)
    name = request.presenter if request.presenter is not None else names[seed % len(names)]
    if name not in places:
        raise Permanent(
            f"there is no presenter '{name}'; there are: {', '.join(names)}", code="unknown_presenter"
        )
    return Presenter(name, places[name])


def check(entry: Entry, vendor: str) -> None:
    """Raises ConfigurationError for a presenter who cannot be shown."""
    for name, place in entry.options.presenters.items():
        shown = Presenter(name, place)
        if not shown.address and not (shown.file.path.is_file() and shown.is_shown):
            raise ConfigurationError(
                f"GENAI_VENDORS_FILE: {vendor}.use.lip_sync: options.presenters.{name}: is neither an https"
                " address nor the path of a picture or clip"
            )
