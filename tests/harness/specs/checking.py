"""Whether a request, and an answer, are as the document says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.harness.specs.bodies import FORMS, as_value
from tests.harness.specs.document import Document, Operation, Parameter, media_types

_JSON = "application/json"
_ERROR = 400
# Error answers where an operation's own list has none for the status: documents often leave them out.
_ERROR_SCHEMAS = ("ErrorResponse",)


def request_errors(
    operation: Operation,
    parameters: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    headers: Mapping[str, str],
    body: Any,
) -> Iterator[str]:
    """What is wrong with a request; names of ``headers`` in lower case."""
    document = operation.document
    known = {"path": set(parameters), "query": set(query)}
    for parameter in operation.parameters:
        if parameter.place in known:
            known[parameter.place].discard(parameter.name)
        yield from _parameter_errors(document, parameter, parameters, query, headers)
    for name in known["query"]:
        yield f"query.{name}: the document has no such parameter"
    yield from _body_errors(operation, headers, body)


def _parameter_errors(
    document: Document,
    parameter: Parameter,
    parameters: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    headers: Mapping[str, str],
) -> Iterator[str]:
    given: Any = None
    if parameter.place == "path":
        given = parameters.get(parameter.name)
    elif parameter.place == "header":
        given = headers.get(parameter.name.lower())
    elif parameter.place == "query" and parameter.name in query:
        values = query[parameter.name]
        given = values[0] if len(values) == 1 else list(values)
    if given is None:
        if parameter.required:
            yield f"{parameter.place}.{parameter.name}: is missing"
        return
    holder = {"type": "object", "properties": {parameter.name: parameter.schema}}
    value = as_value(document, holder, {parameter.name: given})
    for error in document.errors(holder, value):
        yield f"{parameter.place}.{error}"


def _body_errors(operation: Operation, headers: Mapping[str, str], body: Any) -> Iterator[str]:
    document = operation.document
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if body is None:
        if operation.body_required:
            yield "body: is missing"
        return
    schema = next(media_types(operation.bodies, media_type), None)
    if schema is None:
        yield f"body: {media_type or 'no type'} is none of {', '.join(operation.bodies) or 'nothing'}"
        return
    if isinstance(body, bytes):
        return
    value = as_value(document, schema, body) if media_type in FORMS else body
    for error in document.errors(schema, value, closed=True):
        yield f"body.{error}"


def answer_errors(operation: Operation, status: int, media_type: str, body: Any) -> Iterator[str]:
    """What is wrong with an answer; ``body`` is the JSON value, bytes, or None for no body."""
    document = operation.document
    content = operation.answers(status)
    if content is None:
        content = _undocumented(operation, status)
    if content is None:
        yield f"the document has no {status} here"
        return
    if body is None:
        if content:
            yield f"a body is missing, {', '.join(content)}"
    elif isinstance(body, bytes):
        if not any(name != _JSON for name in content):
            yield f"{media_type} is none of {', '.join(content) or 'nothing'}"
    elif (schema := next(media_types(content, media_type), None)) is None:
        yield f"{media_type} is none of {', '.join(content) or 'nothing'}"
    else:
        yield from document.errors(schema, body)


def _undocumented(operation: Operation, status: int) -> dict[str, Any] | None:
    """What an error looks like that the document leaves out: as its schema of errors says, or as any other
    error that it has here. Where it says nothing of errors, anything."""
    if status < _ERROR:
        return None
    schemas = operation.document.content.get("components", {}).get("schemas", {})
    for name in _ERROR_SCHEMAS:
        if name in schemas:
            return {_JSON: schemas[name]}
    return {_JSON: {}}
