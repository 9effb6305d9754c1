"""Assets: upload, show, fetch the bytes."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from flask import Blueprint, Response, jsonify, request, send_file
from werkzeug.exceptions import Forbidden, UnsupportedMediaType

from genai.api.auth import by_link, client
from genai.api.reading import only_parameters, plain_body
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
_NO_LINK = "This is no link to an asset. Ask for the asset with a token."


def routes(runtime: Runtime) -> Blueprint:
    """/v1/assets and all below it."""
    blueprint = Blueprint("assets", __name__, url_prefix="/v1/assets")
    database, store, settings = runtime.database, runtime.assets, runtime.settings

    @blueprint.post("")
    def upload() -> tuple[Response, int, dict[str, str]]:
        only_parameters()
        plain_body()
        picture = request.mimetype.startswith("image/")
        most = settings.upload_max_bytes if picture else settings.media_max_bytes
        request.max_content_length = most + _MULTIPART_FRAME
        with _received(settings.work_dir) as (path, pointer):
            found = inspect_upload(
                path,
                pointer=pointer,
                images_up_to=settings.upload_max_bytes,
                media_up_to=settings.media_max_bytes,
            )
            # The row first: without a database, and without room for the file, nothing is left behind.
            with database.transaction() as connection:
                new = register_asset(
                    connection,
                    client=client(),
                    sha256=found.sha256,
                    media_type=found.media_type,
                    size=found.size,
                    width=found.width,
                    height=found.height,
                    duration=found.duration,
                )
                store.put(path, found.media_type)
                document = asset_view(connection, client(), found.sha256)
        return jsonify(document), 201 if new else 200, {"Location": f"/v1/assets/{found.sha256}"}

    @blueprint.get("/<asset_id>")
    def show(asset_id: str) -> Response:
        only_parameters()
        return jsonify(own(asset_id))

    @blueprint.get("/<asset_id>/content")
    def content(asset_id: str) -> Response:
        if by_link():
            only_parameters("expires", "signature")
            asset = _linked(runtime, asset_id)
        else:
            only_parameters()
            asset = own(asset_id)
        response = send_file(
            store.path(asset_id),
            mimetype=asset["media_type"],
            etag=asset_id,
            max_age=365 * 24 * 3600,
            conditional=True,
        )
        response.cache_control.private = True
        response.cache_control.immutable = True
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def own(asset_id: str) -> dict[str, Any]:
        if not asset_id.isalnum():  # PostgreSQL takes no NUL
            raise NotFound("There is no such asset.")
        with database.transaction() as connection:
            return asset_view(connection, client(), asset_id)

    return blueprint


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
