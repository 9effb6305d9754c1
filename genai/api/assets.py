"""Assets: upload, show, fetch the bytes."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from flask import Response, jsonify, request, send_file
from werkzeug.exceptions import Forbidden, RequestedRangeNotSatisfiable, UnsupportedMediaType

from genai.api.auth import by_link, client, scope, this_client
from genai.api.reading import only_parameters, plain_body
from genai.api.routes import LOCATION, Routes, follow_ups
from genai.clients import AccessScope
from genai.contracts.job import StoredAssetSchema
from genai.errors import InvalidInput, NotFound
from genai.links import signed_for
from genai.media.files import inspect_upload
from genai.runtime import Runtime
from genai.store.assets import asset_owners, register_asset
from genai.store.views import asset_view

_CHUNK = 1 << 20
_MULTIPART_FRAME = 1 << 16  # what boundaries and part headers may take beside the file
_FIELD = "file"
_KINDS = ("image/", "video/", "audio/")
_LINK_TIME = re.compile(r"[0-9]{1,12}")
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD = {
    "required": True,
    "content": {
        **dict.fromkeys(("application/octet-stream", *(f"{kind}*" for kind in _KINDS)), _BYTES),
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {_FIELD: _BYTES["schema"]},
                "required": [_FIELD],
                "additionalProperties": False,
            }
        },
    },
}
_LINK = [
    {"in": "query", "name": name, "description": what, "schema": {"type": "string"}}
    for name, what in (("expires", "A signed link's end."), ("signature", "What signs it."))
]
_NO_LINK = "This is no link to an asset. Ask for the asset with a token."


def routes(runtime: Runtime) -> Routes:
    """/v1/assets and all below it."""
    blueprint = Routes(
        "assets", "/v1/assets", "Assets: pictures, videos and sounds by the SHA-256 of their bytes."
    )
    database, store, settings = runtime.database, runtime.assets, runtime.settings
    links = follow_ups("asset_id", "show_asset", "show_asset_content")

    @blueprint.post("")
    @scope(AccessScope.JOBS_WRITE)
    @blueprint.response(201, StoredAssetSchema, description="It is stored.", headers={"Location": LOCATION})
    @blueprint.alt_response(
        200, schema=StoredAssetSchema, description="It was there.", headers={"Location": LOCATION}
    )
    @blueprint.problems(413, 415)
    @blueprint.doc(requestBody=_UPLOAD, responses={201: {"links": links}, 200: {"links": links}})
    def upload_asset() -> tuple[Response, int, dict[str, str]]:
        """Store a picture (PNG, JPEG, WebP), a video or a sound."""
        plain_body()
        picture = request.mimetype.startswith("image/")
        images_up_to = this_client().upload_max_bytes or settings.upload_max_bytes
        media_up_to = this_client().media_max_bytes or settings.media_max_bytes
        most = images_up_to if picture else media_up_to
        request.max_content_length = most + _MULTIPART_FRAME
        with _received(settings.work_dir) as (path, pointer):
            found = inspect_upload(
                path,
                pointer=pointer,
                images_up_to=images_up_to,
                media_up_to=media_up_to,
            )
            # The row first: without a database, and without room for the file, nothing is left behind.
            with database.transaction() as connection:
                new = register_asset(connection, client(), found)
                store.put(path, found.media_type)
                document = asset_view(connection, client(), found.sha256)
        return jsonify(document), 201 if new else 200, {"Location": f"/v1/assets/{found.sha256}"}

    @blueprint.get("/<asset_id>")
    @scope(AccessScope.JOBS_READ)
    @blueprint.response(200, StoredAssetSchema)
    @blueprint.problems(404)
    def show_asset(asset_id: str) -> Response:
        """Show what is known of an asset."""
        return jsonify(own(asset_id))

    @blueprint.get("/<asset_id>/content")
    @scope(AccessScope.JOBS_READ)
    @blueprint.response(200, {"type": "string", "format": "binary"}, content_type="*/*")
    @blueprint.alt_response(206, schema={"type": "string", "format": "binary"}, content_type="*/*")
    @blueprint.alt_response(302, description="It is there for a while.", headers={"Location": LOCATION})
    @blueprint.alt_response(304, "NotModified")
    @blueprint.problems(404, 416)
    @blueprint.doc(
        parameters=["IfNoneMatch", *_LINK],
        security=[{"bearer": [AccessScope.JOBS_READ]}, {"link": []}],
    )
    def show_asset_content(asset_id: str) -> Response:
        """Fetch an asset's bytes, or a range of them.

        With a token, or by a signed link, which callbacks carry in `data.links`. A deployment may answer with
        a redirect to where the bytes are.
        """
        only_parameters("expires", "signature")
        asset = _linked(runtime, asset_id) if by_link() else own(asset_id)
        if address := _elsewhere(runtime, asset):
            return Response(status=302, headers={"Location": address, "Cache-Control": "no-store"})
        return _sent(store.open(asset_id), asset)

    def own(asset_id: str) -> dict[str, Any]:
        if not asset_id.isalnum():  # PostgreSQL takes no NUL
            raise NotFound("There is no such asset.")
        with database.transaction() as connection:
            return asset_view(connection, client(), asset_id)

    return blueprint


def _sent(file: BinaryIO, asset: Mapping[str, Any]) -> Response:
    """The file, or the range of it that is asked for."""
    response = send_file(
        file,
        mimetype=asset["media_type"],
        download_name=asset["asset_id"],
        etag=asset["asset_id"],
        max_age=365 * 24 * 3600,
        conditional=False,
    )
    response.content_length = asset["size"]  # which a file of a bucket does not tell
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=asset["size"])
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
    response.cache_control.private = True
    response.cache_control.immutable = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _elsewhere(runtime: Runtime, asset: Mapping[str, Any]) -> str | None:
    """Where the bytes may be fetched in place of here, for no longer than the link that was given."""
    holds = runtime.settings.assets_redirect
    if by_link():
        holds = min(holds, int(request.args["expires"]) - time.time())
    if holds < 1 or asset["asset_id"] in request.if_none_match:
        return None
    return runtime.assets.link(asset["asset_id"], asset["media_type"], holds)


def _linked(runtime: Runtime, asset_id: str) -> dict[str, Any]:
    """The asset that the link was made for. Why another link is none is not told."""
    expires, given = request.args.get("expires", ""), request.args["signature"]
    if not (asset_id.isalnum() and _LINK_TIME.fullmatch(expires) and given.isascii()):
        raise Forbidden(_NO_LINK)
    if int(expires) < time.time():
        raise Forbidden("The link has expired. Ask for the asset with a token.")
    with runtime.database.transaction() as connection:
        owners = asset_owners(connection, asset_id)
        owner = signed_for(runtime.settings.link_secrets, owners, asset_id, int(expires), given)
        if owner is None:
            raise Forbidden(_NO_LINK)
        return asset_view(connection, owner, asset_id)


@contextmanager
def _received(directory: Path) -> Iterator[tuple[Path, str]]:
    """The uploaded file on disk until the end, and the pointer that names it in a problem."""
    source, pointer = _source()
    descriptor, name = tempfile.mkstemp(prefix="upload-", dir=directory)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            while chunk := source.read(_CHUNK):
                copy.write(chunk)
        if path.stat().st_size == 0:
            raise InvalidInput(pointer, "The file is empty.", "Send the bytes of a picture, video or sound.")
        yield path, pointer
    finally:
        path.unlink()


def _source() -> tuple[IO[bytes], str]:
    """The file of a form, or the body itself."""
    if request.mimetype == "multipart/form-data":
        files = [(name, file) for name, file in request.files.items(multi=True)]
        if [name for name, _ in files] != [_FIELD] or request.form:
            raise InvalidInput(
                f"/{_FIELD}",
                "The form does not hold one file.",
                f"Send one file, named {_FIELD}, and no more.",
            )
        return files[0][1].stream, f"/{_FIELD}"
    if request.mimetype in ("", "application/octet-stream") or request.mimetype.startswith(_KINDS):
        return request.stream, ""
    raise UnsupportedMediaType(
        "Send a picture, video or sound: its bytes, or multipart/form-data with a file."
    )
