"""Work in a fork of the test's process."""

from __future__ import annotations

import os
from collections.abc import Callable


def forked(work: Callable[[], object]) -> int:
    """The exit code of a fork that does the work and nothing else.

    Multiprocessing's forks also run what libraries have registered for them: Kombu closes the parent's
    connections to brokers, and may wait for the answer of one for ever.
    """
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
