"""What is read of the database now and then, and known in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

T = TypeVar("T")


class Recent(Generic[T]):
    """What ``read`` gives, for all threads of a process: asked for once in so many ``seconds``."""

    def __init__(self, read: Callable[[Connection], T], seconds: float) -> None:
        self.seconds = seconds
        self._read = read
        self._known: WeakKeyDictionary[Engine, tuple[float, T]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def __call__(self, connection: Connection) -> T:
        """What is known by now; read on ``connection`` where that is too long ago."""
        with self._lock:
            read_at, known = self._known.get(connection.engine, (0.0, None))
            if known is None or time.monotonic() - read_at > self.seconds:
                known = self._read(connection)
                self._known[connection.engine] = (time.monotonic(), known)
            return known

    def forget(self) -> None:
        """Have it read anew."""
        with self._lock:
            self._known.clear()
