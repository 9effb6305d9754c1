"""Which scope each route wants: declared at the route itself, and looked up before it is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

from genai.clients import AccessScope

_ATTRIBUTE = "genai_scope"
_GUARDED = "/v1/"

View = TypeVar("View", bound=Callable[..., Any])


def scope(needed: AccessScope) -> Callable[[View], View]:
    """Declare what a key must be for to call this view: a function, or a method of a MethodView."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, needed)
        return view

    return declare


def needed_scope(app: Flask, endpoint: str | None, method: str) -> AccessScope | None:
    """What the view of the endpoint wants; None where it is open, or there is none."""
    view = app.view_functions.get(endpoint or "")
    methods = getattr(view, "view_class", None)
    if methods is not None:
        view = getattr(methods, ("GET" if method == "HEAD" else method).lower(), None)
    return getattr(view, _ATTRIBUTE, None)


def check_declared(app: Flask) -> None:
    """Raise LookupError for a route below /v1 that declares no scope: it would be open to no one, or,
    worse, to everyone."""
    forgotten = [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.rule.startswith(_GUARDED) and needed_scope(app, rule.endpoint, method) is None
    ]
    if forgotten:
        raise LookupError(f"no scope is declared for {', '.join(forgotten)}")
