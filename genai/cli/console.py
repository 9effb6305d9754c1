"""Exit codes, and how errors are told to a person."""

from __future__ import annotations

import json
from enum import IntEnum
from typing import Any

import click

from genai.client import ApiError
from genai.errors import ConfigurationError, GenaiError


class Exit(IntEnum):
    DONE = 0
    JOB_FAILED = 1
    USAGE = 2  # click's own
    UNREACHABLE = 3  # the service could not be reached, or not be started
    REFUSED = 4


UNAVAILABLE = 502  # from here on it is the service's fault


class Commands(click.Group):
    """A group whose commands end with a sentence and an exit code in place of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ApiError as error:
            away = error.status == 0 or error.status >= UNAVAILABLE
            raise _Ended(error, Exit.UNREACHABLE if away else Exit.REFUSED) from error
        except ConfigurationError as error:
            raise _Ended(error, Exit.USAGE) from error
        except GenaiError as error:
            raise _Ended(error, Exit.UNREACHABLE) from error


class _Ended(click.ClickException):
    def __init__(self, error: Exception, code: Exit) -> None:
        super().__init__(str(error))
        self.exit_code = code  # type: ignore[misc]  # click declares it for the class


def print_json(document: object) -> None:
    """For machines: one document, one line."""
    click.echo(json.dumps(document, ensure_ascii=False))
