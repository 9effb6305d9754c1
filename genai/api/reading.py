"""What comes in with a request: a JSON body, query parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from genai.errors import ContractError, Problem

_CHUNK = 1 << 16


def json_body() -> Any:
    """The body as JSON, strictly: UTF-8, no name twice in an object, no NaN, not too deep.

    Raises UnsupportedMediaType or BadRequest, with what is wrong.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.")
    plain_body()
    # Chunk by chunk to the end: get_data would cut a body without a Content-Length at the limit.
    body = b"".join(iter(lambda: request.stream.read(_CHUNK), b""))
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: byte {error.start} is wrong.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadRequest(f"The body is not JSON: {error.msg} at {place}.") from error
    except RecursionError as error:
        raise BadRequest("The body is nested too deeply.") from error
    except ValueError as error:  # an integer of more digits than Python reads
        raise BadRequest("The body holds a number that is too large.") from error


def plain_body() -> None:
    """Refuse a compressed body: nobody would limit what it expands to."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without Content-Encoding.")


def only_parameters(*names: str) -> None:
    """Refuse query parameters other than these, and any that comes twice."""
    problems = [
        Problem("", f"The query parameter '{name[:60]}' is unknown.", f"Known here: {_list(names)}.")
        for name in request.args
        if name not in names
    ]
    problems += [
        Problem("", f"The query parameter '{name}' comes more than once.", "Send it once.")
        for name in names
        if len(request.args.getlist(name)) > 1
    ]
    if problems:
        raise ContractError(problems)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise BadRequest(f"The body has the name {json.dumps(name[:60])} twice in one object.")
        made[name] = value
    return made


def _no_constant(word: str) -> Any:
    raise BadRequest(f"The body holds {word}, which is not JSON.")
