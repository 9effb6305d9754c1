"""Products: a client's own, erased."""

from __future__ import annotations

from flask import Response
from marshmallow import ValidationError

from genai.api.auth import client, scope
from genai.api.request_id import current as request_id
from genai.api.routes import Routes
from genai.clients import AccessScope
from genai.contracts.fields import Text
from genai.contracts.problems import parameters_error
from genai.contracts.product import ProductSchema
from genai.runtime import Runtime
from genai.store.erasure import erase_product


def routes(runtime: Runtime) -> Routes:
    """/v1/products."""
    blueprint = Routes("products", "/v1/products", "Products: what is known of them.")
    as_stored = ProductSchema().fields["product_id"]
    assert isinstance(as_stored, Text), "it says its own bounds"

    # An id may hold slashes, two in a row as well.
    @blueprint.delete(
        "/<path:product_id>",
        merge_slashes=False,
        parameters=[{"in": "path", "name": "product_id", "schema": dict(as_stored.json_schema)}],
    )
    @scope(AccessScope.JOBS_WRITE)
    @blueprint.response(204)
    @blueprint.problems(409)
    def erase(product_id: str) -> Response:
        """Erase a product: its jobs with their outputs and events, and the assets that no other product has.

        What has ended is erased for good; while a job of the product is alive the answer is 409. Events
        that were not delivered yet are not delivered any more. Erasing what is not there is no error.
        """
        try:
            known = as_stored.deserialize(product_id)
        except ValidationError as error:
            raise parameters_error("path parameter", {"product_id": error.messages}) from None
        with runtime.database.transaction() as connection:
            erase_product(connection, client(), known, request_id=request_id())
        return Response(status=204)

    return blueprint
