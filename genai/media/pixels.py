"""Pictures as arrays: files decoded to sRGB as displayed, arrays written as PNG."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from genai.errors import Permanent


def load_rgba(path: Path) -> np.ndarray:
    """The picture at ``path`` as uint8 HxWx4: sRGB, straight alpha, EXIF orientation applied.

    An embedded colour profile is converted (relative colorimetric). Raises
    :class:`~genai.errors.Permanent` (``undecodable_image``) when the file is no readable picture.
    """
    try:
        with Image.open(path) as opened:
            opened.load()
            image = ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise Permanent("a product picture cannot be decoded", code="undecodable_image") from error
    return np.array(_srgb(image))


def load_rgb(path: Path) -> np.ndarray:
    """As :func:`load_rgba`, HxWx3, laid on white where it is transparent."""
    return on_white(load_rgba(path))


def on_white(rgba: np.ndarray) -> np.ndarray:
    """A straight-alpha uint8 HxWx4 laid on white, as uint8 HxWx3."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    return np.rint(rgba[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def save_png(path: Path, array: np.ndarray) -> None:
    """Write a uint8 HxW, HxWx3 or HxWx4 sRGB array as a PNG."""
    Image.fromarray(np.ascontiguousarray(array)).save(path, format="PNG", compress_level=3)


def save_jpeg(path: Path, array: np.ndarray) -> None:
    """Write a uint8 HxWx3 sRGB array as a JPEG of high quality, its colours at full resolution."""
    Image.fromarray(np.ascontiguousarray(array)).save(path, format="JPEG", quality=95, subsampling=0)


def resize(array: np.ndarray, width: int, height: int) -> np.ndarray:
    """Resample without aliasing: area averaging down, Lanczos up. Alpha is premultiplied on the way."""
    if array.shape[1] == width and array.shape[0] == height:
        return array
    shrinks = width * height < array.shape[0] * array.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LANCZOS4
    if array.ndim == 3 and array.shape[2] == 4:
        premultiplied = array.astype(np.float32)
        premultiplied[..., :3] *= premultiplied[..., 3:] / 255
        work = np.asarray(cv2.resize(premultiplied, (width, height), interpolation=method), np.float32)
        alpha = np.clip(work[..., 3:], 0, 255)
        work[..., :3] = np.where(alpha > 0.5, work[..., :3] * 255 / np.maximum(alpha, 0.5), 0)
        work[..., 3:] = alpha
        return np.clip(np.rint(work), 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(array, (width, height), interpolation=method))


def covering(array: np.ndarray, width: int, height: int) -> np.ndarray:
    """The picture scaled to fill ``width`` x ``height`` pixels, the middle of it where the aspects differ."""
    rows, columns = array.shape[:2]
    scale = max(width / columns, height / rows)
    across, down = max(width, round(columns * scale)), max(height, round(rows * scale))
    scaled = resize(array, across, down)
    left, top = (across - width) // 2, (down - height) // 2
    return np.ascontiguousarray(scaled[top : top + height, left : left + width])


def _srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if image.mode.startswith("I") or image.mode == "F":
        # 16-bit greyscale: Pillow's own conversion would clip it to white.
        grey = np.asarray(image, dtype=np.float64)
        image = Image.fromarray(np.clip(grey / 257, 0, 255).astype(np.uint8))
    elif profile:
        image = _converted(image, profile)
    rgba = image.convert("RGB").convert("RGBA")
    if alpha is not None:
        rgba.putalpha(alpha)
    return rgba


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    if image.mode in ("P", "PA", "RGBA", "LA", "1"):
        image = image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            image,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        # A broken profile is common in the wild; every viewer falls back to sRGB then.
        return image
    return converted if converted is not None else image
