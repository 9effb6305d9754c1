"""What describes the API to others: /openapi.json, /docs for people, the JSON Schemas of events."""

from __future__ import annotations

from importlib.resources import files

from flask import Flask, Response, jsonify
from werkzeug.exceptions import NotFound

from genai.api.json_schema import json_schema
from genai.api.openapi import Description
from genai.api.routes import Routes
from genai.contracts.events import EVENTS
from genai.domain.enums import EventType

_ASSETS = {
    "swagger-ui.css": ("css/swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": ("js/swagger-ui-bundle.js", "text/javascript"),
}
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>genai: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
"""
_START = """\
SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#api", deepLinking: true, docExpansion: "list", validatorUrl: null,
  tryItOutEnabled: true, defaultModelsExpandDepth: 0,
});
"""
# All comes from here. Swagger UI sets styles of elements, and has its pictures inline.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: Flask, description: Description) -> None:
    """Add the pages; after all routes, since they are what is described."""
    document = description.spec.to_dict()
    assets = files("flask_openapi3_swagger") / "templates" / "swagger"

    @app.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(document)

    @app.get("/docs")
    def docs() -> Response:
        return Response(_PAGE, mimetype="text/html", headers=_SAFE)

    @app.get("/docs/start.js")
    def start() -> Response:
        return Response(_START, mimetype="text/javascript", headers=_SAFE)

    @app.get("/docs/<name>")
    def asset(name: str) -> Response:
        if name not in _ASSETS:
            raise NotFound
        path, media_type = _ASSETS[name]
        response = Response((assets / path).read_bytes(), mimetype=media_type, headers=_SAFE)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


_SAFE = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def event_schemas() -> Routes:
    """/schemas/events: open, since there is nothing of anybody's in them."""
    blueprint = Routes("schemas", "/schemas", "Schemas: what events look like.")
    schemas = {
        type_: json_schema(EVENTS[type_], title=type_, **{"$id": f"/schemas/events/{type_}.json"})
        for type_ in EventType
    }

    @blueprint.get(f"/events/<any({','.join(schemas)}):event_type>.json")
    @blueprint.response(200, {"type": "object"}, content_type="application/schema+json")
    @blueprint.problems(404)
    def show_event_schema(event_type: str) -> Response:
        """Show the JSON Schema (2020-12) of an event."""
        response = jsonify(schemas[EventType(event_type)])
        response.content_type = "application/schema+json"
        return response

    return blueprint
