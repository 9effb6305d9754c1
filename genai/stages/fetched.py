"""Pictures that the client named by address: fetched through the guarded client, checked, stored."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from genai.domain.enums import AssetRole
from genai.domain.request import ProductImage
from genai.errors import FetchRefused, InvalidInput, Permanent, Retryable
from genai.fetch.client import IMAGES_OR_BYTES, fetch
from genai.fetch.limits import FetchLimits
from genai.media.files import inspect_picture
from genai.stages.context import StepContext
from genai.stages.kept import keep
from genai.store.steps import StepAsset


def fetch_image(context: StepContext, image: ProductImage, pointer: str) -> StepAsset:
    """The picture at the address, as an asset of the client.

    Raises Permanent naming the field where it cannot be had or is no picture, Retryable where it may
    be had later.
    """
    assert image.url is not None, "an image has an asset id or an address"
    settings = context.runtime.settings
    limits = FetchLimits(max_bytes=settings.upload_max_bytes, allow_loopback=settings.fetch_allow)
    try:
        fetched = fetch(image.url, limits=limits, accept=IMAGES_OR_BYTES)
        with tempfile.TemporaryDirectory(prefix="genai-", dir=settings.work_dir) as directory:
            path = Path(directory) / "fetched"
            path.write_bytes(fetched.body)
            found = inspect_picture(path, pointer=f"{pointer}/url", up_to=settings.upload_max_bytes)
            return replace(keep(context, AssetRole.SOURCE, path, found), view=image.view)
    except FetchRefused as error:
        kind = Retryable if error.retryable else Permanent
        raise kind(
            f"{pointer}/url: {error}", code="image_not_fetched", details={"reason": error.reason}
        ) from error
    except InvalidInput as error:
        raise Permanent(str(error), code="invalid_image") from error
