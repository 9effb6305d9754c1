"""What a vendor was asked and what it charged for: JSON lines on disk, which survive everybody."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any


def now() -> float:
    """The time as lines have it."""
    return round(time.time(), 3)


class VendorLog:
    """The log at ``path``; written by the vendor, read by whoever checks.

    A line has ``at`` (Unix time, of a ``submit`` when it came), ``op``, ``status`` (what was answered; 0:
    nothing), ``fault``, and as far as they are known ``key``, ``id``, ``capability``. The operations:

        submit   ``accepted``: whether this call began a generation, which costs ``units``
        poll     ``state``
        cancel   ``state``: what it was when it was asked
        result   ``file``: its SHA-256
        hook     a webhook; ``status`` is the receiver's answer
        end      of a generation: ``state``, and ``paid``, whether its units are owed
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab", buffering=0)

    def write(self, op: str, **fields: Any) -> None:
        line = json.dumps({"at": now(), "op": op, **fields}) + "\n"
        self._file.write(line.encode())  # one write: lines of several threads stay whole

    def close(self) -> None:
        self._file.close()

    def lines(self, op: str | None = None, **fields: Any) -> list[dict[str, Any]]:
        """The lines so far, of one operation, with these values."""
        wanted = fields if op is None else {"op": op, **fields}
        whole, _, _ = self.path.read_text().rpartition("\n")  # another may be on its way
        read = [json.loads(line) for line in whole.splitlines()]
        return [line for line in read if all(line.get(name) == value for name, value in wanted.items())]

    def accepted(self) -> Counter[str]:
        """How many generations were begun, by idempotency key; more than one is paid for twice."""
        return Counter(line["key"] or line["id"] for line in self.lines("submit", accepted=True))

    def paid(self) -> Counter[str]:
        """The units that are owed, by idempotency key: of all that was begun and not called off, refused
        or failed."""
        free = {line["id"] for line in self.lines("end", paid=False)}
        units: Counter[str] = Counter()
        for line in self.lines("submit", accepted=True):
            if line["id"] not in free:
                units[line["key"] or line["id"]] += line["units"]
        return units
