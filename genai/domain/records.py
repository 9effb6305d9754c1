"""Plain dataclasses to JSON documents and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from cattrs import Converter

from genai.domain.media import MediaFile

T = TypeVar("T")


def converter() -> Converter:
    """A converter for the dataclasses of this package: enums by value, mappings as objects."""
    made = Converter()
    made.register_unstructure_hook(Path, str)
    made.register_structure_hook(Path, lambda value, _: Path(value))
    # A document must not depend on where this machine keeps a file.
    made.register_unstructure_hook(MediaFile, lambda file: {"sha256": file.sha256})
    return made


_plain = converter()


def to_json(value: Any) -> dict[str, Any]:
    """The dataclass as a JSON object. A media file is its SHA-256 alone."""
    document: dict[str, Any] = _plain.unstructure(value)
    return document


def from_json(type_: type[T], document: Mapping[str, Any]) -> T:
    """The dataclass back from :func:`to_json`, without media files."""
    return _plain.structure(document, type_)
