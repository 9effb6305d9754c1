"""Logs: one JSON object a line, with the job, step, request and task that it was said for.

Modules log with the standard library's loggers and know nothing of this. What a line is about is bound
once, where a request or a task begins, and is in every line until it ends. What looks like a secret is
taken out last, whoever said it.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Collection, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

_HIDDEN = "***"
_SECRETS = re.compile(
    r"""(?P<before>
          (?<=://)[^\s/:@]*:(?=[^\s/@]*@)  # the password of an address
        | \bgenai_(?=[\w-]{43}(?![\w-]))  # a token of ours
        | whsec_ | (?i:bearer)\s+ | (?:signature|token|secret|password|api_?key)["']?[=:]\s*["']?
        )[^\s"'&,;@)}]+""",
    re.VERBOSE,
)
_known: re.Pattern[str] | None = None
# Their lines at INFO tell nothing that ours don't.
_TALKATIVE = ("kombu", "amqp", "urllib3", "httpx", "asyncio", "alembic", "opentelemetry")

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(level: str, form: str, secrets: Collection[str] = ()) -> None:
    """Send everything that this process logs to stderr, from ``level`` on, as ``json`` or for a
    ``console``; ``secrets`` are texts that are hidden from now on. Doing it again changes it."""
    global _known  # noqa: PLW0603 - as the root logger, one per process
    longest_first = sorted(map(re.escape, secrets), key=len, reverse=True)
    _known = re.compile("|".join(longest_first)) if secrets else None
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _without_secrets,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name in list(root.manager.loggerDict):
        # Servers bring handlers of their own, which would say everything twice, and without form.
        if name.split(".")[0] in ("celery", "gunicorn", "genai"):
            known = logging.getLogger(name)
            known.handlers.clear()
            known.propagate = True
    logging.captureWarnings(capture=True)


def bind(**about: str | int | None) -> None:
    """Put into every line from here on what it is about; None is left out."""
    structlog.contextvars.bind_contextvars(
        **{name: value for name, value in about.items() if value is not None}
    )


def clear() -> None:
    """Forget what lines are about."""
    structlog.contextvars.clear_contextvars()


@contextmanager
def about(**what: str | int | None) -> Iterator[None]:
    """Lines of the block are about this as well."""
    known = {name: value for name, value in what.items() if value is not None}
    with structlog.contextvars.bound_contextvars(**known):
        yield


def hide(text: str) -> str:
    """The text without secrets: those that this process knows of (``configure``), and what looks like one:
    passwords in addresses, webhook secrets, bearer tokens, signatures of links."""
    if _known is not None:
        text = _known.sub(_HIDDEN, text)
    return _SECRETS.sub(lambda found: found["before"] + _HIDDEN, text)


def _without_secrets(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    line.pop("data", None)  # Celery's, which says what the line and what is bound to it say
    return {name: _hidden(value) for name, value in line.items()}


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, dict):
        return {name: _hidden(inner) for name, inner in value.items()}
    return [_hidden(inner) for inner in value] if isinstance(value, list | tuple) else value
