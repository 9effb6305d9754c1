"""Routes that are validated and described by one declaration: flask-smorest, with this service's contract.

What differs from flask-smorest: bodies and parameters are read as strictly as ``genai.api.reading`` does,
all that is wrong is told in one problem document, and no parameter is overlooked. Views answer with
documents that the store's views have made, so nothing is dumped a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, TypeVar

from flask import Flask, Request, Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser

from genai.api.auth.scopes import needed_scope
from genai.api.examples import ANSWERS
from genai.api.reading import json_body, only_parameters
from genai.contracts.problems import contract_error, parameters_error

View = TypeVar("View", bound=Callable[..., Any])

LOCATION = {"description": "Where it is.", "schema": {"type": "string"}}

_KINDS = {"query": "query parameter", "headers": "header"}
_WITH_BODY = (400, 413, 415)
_GUARDED = (401, 403, 429)
_EVERYWHERE = (422, 503)  # an unknown parameter; a database that is away


def follow_ups(name: str, *operations: str) -> dict[str, Any]:
    """Links (in OpenAPI's sense) from an answer to the operations that take its field ``name``."""
    return {
        operation: {"operationId": operation, "parameters": {name: f"$response.body#/{name}"}}
        for operation in operations
    }


class Parser(FlaskParser):
    """Reads a body or parameters strictly, and raises ContractError."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION)  # as the schema says

    def load_json(self, req: Request, schema: Schema) -> Any:
        return json_body()

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        only_parameters(*schema.load_fields)
        return req.args.to_dict()

    def load_headers(self, req: Request, schema: Schema) -> Any:
        names = (str(field.data_key) for field in schema.load_fields.values())
        return {name: req.headers[name] for name in names if name in req.headers}

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        assert isinstance(error.messages, dict), "webargs tells the location"
        ((location, messages),) = error.messages.items()
        if location == "json":
            raise contract_error(messages) from None
        raise parameters_error(_KINDS[location], messages) from None


class Routes(Blueprint):
    """The routes below one prefix. The endpoint's name is its operation's id; the first line of the view's
    docstring is its summary."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, url_prefix: str, description: str) -> None:
        super().__init__(name, name, url_prefix=url_prefix, description=description)
        self._prepare_doc_cbks.append(self._prepare_boundary_doc)
        self.before_request(self._refuse_parameters)

    def problems(self, *statuses: int) -> Callable[[View], View]:
        """Document that the route answers with these statuses, beside those that every route may."""

        def declare(view: View) -> View:
            return self.doc(responses={status: f"Problem{status}" for status in statuses})(view)

        return declare

    def revalidated(self, view: View) -> View:
        """Send an ETag of the document, and 304 without it to a client that has it."""

        @self.doc(responses={304: "NotModified"}, parameters=["IfNoneMatch"])
        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Response:
            response: Response = view(*args, **kwargs)
            if not response.is_streamed:
                response.add_etag()
                response.headers["Cache-Control"] = "private, no-cache"
                response.make_conditional(request)
            return response

        return answer

    def _refuse_parameters(self) -> None:
        """Where a route takes no parameters, none come in."""
        docs = self._docs[str(request.endpoint).rpartition(".")[2]]
        if not docs.get(request.method.lower(), {}).get("takes_parameters"):
            only_parameters()

    def _store_endpoint_docs(
        self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any
    ) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags, **options)
        for method in options.get("methods", ("GET",)):
            doc = self._docs[endpoint][method.lower()]
            declared = [doc.get(where, {}).get("parameters", ()) for where in ("arguments", "manual_doc")]
            doc["endpoint"] = endpoint
            doc["takes_parameters"] = any(
                isinstance(one, dict) and one["in"] == "query" for several in declared for one in several
            )

    def _prepare_boundary_doc(
        self, doc: dict[str, Any], doc_info: dict[str, Any], *, app: Flask, method: str, **_: Any
    ) -> dict[str, Any]:
        """The operation's id, what it wants of a key, and the answers that need no declaration."""
        doc["operationId"] = doc_info["endpoint"]
        statuses = list(_EVERYWHERE)
        if scope := needed_scope(app, f"{self.name}.{doc_info['endpoint']}", method.upper()):
            doc["security"] = [{"bearer": [str(scope)]}]
            statuses += _GUARDED
        else:
            doc["security"] = []
        if "requestBody" in doc:
            statuses += _WITH_BODY
        doc.setdefault("parameters", []).append("RequestId")
        manual = doc_info.get("manual_doc", {})
        doc["parameters"] += manual.pop("parameters", [])
        responses = doc.setdefault("responses", {})
        for status in statuses:
            responses[status] = f"Problem{status}"
        for status, response in responses.items():
            if isinstance(response, dict):
                if example := ANSWERS.get(doc["operationId"], {}).get(str(status)):
                    response["content"]["application/json"]["example"] = example
                response.setdefault("headers", {})["X-Request-ID"] = "RequestId"
        return doc
