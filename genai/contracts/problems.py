"""Problems: from marshmallow's nested messages to a flat list, and the document that tells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import fields
from marshmallow.exceptions import SCHEMA

from genai.contracts.strict import StrictSchema
from genai.errors import ContractError, Problem

MOST_PROBLEMS = 100
_MOST_OF_A_NAME = 200


def pointer(*path: str | int) -> str:
    """The RFC 6901 JSON pointer of a path. A name of more than 200 characters is cut."""
    return "".join("/" + str(part)[:_MOST_OF_A_NAME].replace("~", "~0").replace("/", "~1") for part in path)


def contract_error(messages: Any) -> ContractError:
    """The error for what a schema found, in the order of the pointers; at most a hundred problems."""
    problems = sorted(set(_walk(messages, ())), key=lambda problem: (problem.pointer, problem.detail))
    if len(problems) > MOST_PROBLEMS:
        rest = Problem("", f"{len(problems) - MOST_PROBLEMS} further problems are not listed.")
        problems = [*problems[:MOST_PROBLEMS], rest]
    return ContractError(problems)


def parameters_error(kind: str, messages: Any) -> ContractError:
    """The same for parameters of a request: no JSON pointer points at them, so the text names them."""
    return ContractError(
        [
            Problem("", f"The {kind} '{problem.pointer[1:]}': {problem.detail}", problem.remedy)
            for problem in contract_error(messages).problems
        ]
    )


def _walk(messages: Any, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            yield from _walk(below, path if name == SCHEMA else (*path, name))
    elif isinstance(messages, list):
        for message in messages:
            yield from _walk(message, path)
    else:
        detail, _, remedy = str(messages).partition("\n")
        yield Problem(pointer(*path), detail, remedy)


class ProblemSchema(StrictSchema):
    """One thing wrong with a request: a JSON pointer to it, what is wrong, what would be accepted."""

    pointer = fields.String(required=True)
    detail = fields.String(required=True)
    remedy = fields.String(required=True)


class ProblemDetailsSchema(StrictSchema):
    """An error of the API (RFC 9457). ``code`` is a stable word, ``problems`` is there for bad input."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True, strict=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    request_id = fields.String(required=True)
    problems = fields.List(fields.Nested(ProblemSchema))
