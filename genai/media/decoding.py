"""Asking a decoder in a confined process about a stranger's file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Protocol

from genai import confined
from genai.errors import InvalidInput, Retryable


class Limits(Protocol):
    """A dataclass with what all limits have: ``pixels`` of a picture, and ``seconds`` of processor
    time."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def pixels(self) -> int: ...
    @property
    def seconds(self) -> int: ...


@dataclass(frozen=True)
class Decoder:
    """The program ``module``, which prints a JSON object about a file, and what it may take.

    ``memory`` is bytes of address space, ``per_pixel`` those that each pixel adds. ``kind`` and ``remedy``
    are words for whoever sent the file.
    """

    module: ModuleType
    memory: int
    per_pixel: int
    kind: str
    remedy: str

    def ask(self, path: Path, pointer: str, limits: Limits) -> dict[str, Any]:
        """What the program says of the file.

        Raises InvalidInput with ``pointer`` where the file is refused or breaks the program, Retryable where
        this machine could not find out.
        """
        arguments = (json.dumps(asdict(limits)), str(path.absolute()))
        memory = self.memory + self.per_pixel * limits.pixels
        try:
            found = confined.run(str(self.module.__file__), *arguments, seconds=limits.seconds, memory=memory)
        except confined.BroughtDown:
            message = f"the {self.kind} takes too long to decode, or is made to break decoders."
            raise InvalidInput(pointer, message, self.remedy) from None
        except confined.Stopped as stopped:
            message = f"the check of the {self.kind} was interrupted: {stopped}"
            raise Retryable(message, code="interrupted", retry_after=10) from None
        answer: dict[str, Any] = json.loads(found)
        if "refused" in answer:
            raise InvalidInput(pointer, str(answer["refused"]), str(answer["remedy"]))
        return answer
