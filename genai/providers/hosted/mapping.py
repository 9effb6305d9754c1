"""From a request to a model's inputs: a small language in the settings.

An entry of ``vendors.toml`` (``[fal.use.video]``) has a table ``inputs``: the model's inputs by their names,
as its page has them. A text that begins with ``$`` stands for something of ours, anything else is sent as it
stands, tables and lists are gone through, and a text that is to begin with a dollar has two::

    inputs = { prompt = "$prompt", image_url = "$image", duration = "$seconds", generate_audio = false }

==============  ========================================================  ==========================
``$prompt``     the prompt, of at most ``options.prompt`` characters       image, video
``$image``      the picture: a scene's for a clip, the photograph of a
                cut-out, the product's first one for a picture            image, image.cutout, video
``$references``  the pictures that the prompt numbers, a list              image
``$aspect``     as ``9:16``; the nearest of ``options.aspects``            image, video, lip_sync
``$width``      of the canvas in pixels                                    image, video, lip_sync
``$height``     likewise                                                   image, video, lip_sync
``$seconds``    whole ones, no fewer than wanted: the least of
                ``options.seconds`` that is enough, or its greatest        video, lip_sync
``$seed``       the call's, below 2**31                                    all
``$speech``     the sound that is spoken                                   lip_sync
``$presenter``  the presenter's picture or clip, of ``options.presenters`` lip_sync
==============  ========================================================  ==========================

Files are addresses or data URIs, as the vendor has them. What a request has none of (no references) is left
out with its input. ``options`` of an entry:

- ``prompt``: characters that the model takes (2000)
- ``pictures``: how many references (8; one where only ``$image`` is mapped)
- ``aspects``: those it can make; any, where it is not there
- ``seconds``: the lengths it can make, of the type that it wants (``["5", "10"]``, ``[5, 10]``)
- ``longest``: pixels of a picture's longer side (2048); ``bytes``: of a file (8 MB)
- ``presenters``: by name, the address (https) or the path of a picture, or of a clip if the model wants one
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, log
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from genai.domain.creative import Canvas
from genai.errors import ConfigurationError
from genai.vendors import Model, Vendor

_CANVAS = {"aspect", "width", "height"}
# What may be named in each use, and what must be.
NAMES = {
    "image": {"prompt", "image", "references", "seed", *_CANVAS},
    "image.neutral": {"prompt", "image", "references", "seed", *_CANVAS},
    "image.scene": {"prompt", "image", "references", "seed", *_CANVAS},
    "image.cutout": {"image", "seed"},
    "video": {"prompt", "image", "seconds", "seed", *_CANVAS},
    "lip_sync": {"speech", "presenter", "seconds", "seed", *_CANVAS},
}
_NEEDED = {
    "image": {"prompt"},
    "image.neutral": {"prompt"},
    "image.scene": {"prompt"},
    "image.cutout": {"image"},
    "video": {"image"},
    "lip_sync": {"speech", "presenter"},
}


@dataclass(frozen=True)
class Options:
    """An entry's ``options``, as this module describes them."""

    prompt: int = 2000
    pictures: int = 8
    aspects: tuple[str, ...] = ()
    seconds: tuple[int | str, ...] = ()
    longest: int = 2048
    bytes: int = 8_000_000
    presenters: Mapping[str, str] = field(default_factory=dict)

    def aspect(self, canvas: Canvas) -> str:
        """The model's nearest in shape."""
        wanted = canvas.width / canvas.height
        return min(
            self.aspects, key=lambda each: abs(log(_ratio(each) / wanted)), default=canvas.aspect.value
        )

    def length(self, seconds: float) -> int | str:
        """What is asked for, where so many seconds are wanted."""
        enough = [each for each in self.seconds if int(each) >= seconds - 1e-6]
        if not self.seconds:
            return ceil(seconds - 1e-6)
        return min(enough, key=int) if enough else max(self.seconds, key=int)


class _OptionsSchema(Schema):
    prompt = fields.Integer(validate=validate.Range(min=200))
    pictures = fields.Integer(validate=validate.Range(min=0))
    aspects = fields.List(fields.String(validate=validate.Regexp(r"^[1-9]\d*:[1-9]\d*$")))
    seconds = fields.List(fields.Raw(), validate=validate.Length(min=1))
    longest = fields.Integer(validate=validate.Range(min=64))
    bytes = fields.Integer(validate=validate.Range(min=1000))
    presenters = fields.Dict(keys=fields.String(), values=fields.String(), validate=validate.Length(min=1))

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Options:
        lists: dict[str, Any] = {name: tuple(v) for name, v in data.items() if isinstance(v, list)}
        return Options(**(data | lists))


@dataclass(frozen=True)
class Entry:
    """One ``use`` of a vendor, checked. ``mapped`` are the names that its inputs ask for."""

    use: str
    model: Model
    options: Options
    mapped: frozenset[str]

    def pictures(self) -> int:
        """How many references go with a picture's prompt."""
        if "references" in self.mapped:
            return self.options.pictures
        return min(1, self.options.pictures) if "image" in self.mapped else 0

    def inputs(self, values: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
        """The model's inputs. ``values`` are made when they are asked for; None leaves an input out."""
        filled = _filled(self.model.inputs, {name: values[name]() for name in sorted(self.mapped)})
        return dict(filled)


def entries(vendor: Vendor) -> dict[str, Entry]:
    """The vendor's uses. Raises ConfigurationError naming the entry that cannot be worked with."""
    return {use: _entry(vendor.name, use, model) for use, model in vendor.models.items()}


def _entry(vendor: str, use: str, model: Model) -> Entry:
    place = f'GENAI_VENDORS_FILE: {vendor}.use."{use}"'
    if use not in NAMES:
        raise ConfigurationError(f"{place}: is none of {', '.join(NAMES)}")
    mapped = set()
    for path, name in _names(model.inputs, "inputs"):
        if name not in NAMES[use]:
            known = ", ".join(f"${each}" for each in sorted(NAMES[use]))
            raise ConfigurationError(f"{place}: {path}: there is no '${name}' here; there are: {known}")
        mapped.add(name)
    if missing := sorted(_NEEDED[use] - mapped):
        raise ConfigurationError(
            f"{place}: inputs: no input is '${missing[0]}'; name the model's input for it"
        )
    try:
        options: Options = _OptionsSchema().load(dict(model.options))
        lengths = [int(each) for each in options.seconds]
    except ValidationError as error:
        raise ConfigurationError(f"{place}: options: {error.normalized_messages()}") from None
    except (TypeError, ValueError):
        raise ConfigurationError(
            f"{place}: options.seconds: must be whole numbers, or texts of them"
        ) from None
    if any(each < 1 for each in lengths):
        raise ConfigurationError(f"{place}: options.seconds: must be 1 or more")
    if use == "lip_sync" and not options.presenters:
        raise ConfigurationError(
            f"{place}: options.presenters: must name at least one presenter's picture; the request has none"
        )
    return Entry(use, model, options, frozenset(mapped))


def _names(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Where names of ours stand, and which."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _names(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _names(inner, f"{path}[{number}]")
    elif isinstance(value, str) and value.startswith("$") and not value.startswith("$$"):
        yield path, value[1:]


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        filled = {key: _filled(inner, values) for key, inner in value.items()}
        return {key: inner for key, inner in filled.items() if inner is not None}
    if isinstance(value, list):
        return [inner for each in value if (inner := _filled(each, values)) is not None]
    if isinstance(value, str) and value.startswith("$"):
        return value[1:] if value.startswith("$$") else values[value[1:]]
    return value


def _ratio(aspect: str) -> float:
    width, _, height = aspect.partition(":")
    return int(width) / int(height)
