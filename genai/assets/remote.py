"""An object of a remote store as a file that can be read and sought in, without fetching all of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, BinaryIO, cast

_BUFFER = 1 << 18

Reading = Callable[[int], AbstractContextManager[Callable[[int], bytes]]]


def opened(reading: Reading, size: int) -> BinaryIO:
    """The file of ``size`` bytes; ``reading(start)`` reads them from ``start`` on."""
    return cast(BinaryIO, io.BufferedReader(_Remote(reading, size), _BUFFER))


class _Remote(io.RawIOBase):
    """Asks for the bytes where they are read first, and again only where reading goes on elsewhere."""

    def __init__(self, reading: Reading, size: int) -> None:
        super().__init__()
        self._reading = reading
        self._size = size
        self._at = 0
        self._read: Callable[[int], bytes] | None = None
        self._open = ExitStack()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if at != self._at:
            self._leave()
        self._at = max(0, at)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        if self._read is None:
            self._read = self._open.enter_context(self._reading(self._at))
        data = self._read(min(len(buffer), self._size - self._at))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._leave()
        super().close()

    def _leave(self) -> None:
        self._read = None
        self._open.close()
