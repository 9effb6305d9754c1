"""Cut-outs by a segmentation network on this machine, from an ONNX file.

The files are those that the package ``rembg`` uses: U2-Net and its small forms, silueta, IS-Net, or one's own
of that kind (input 1x3xHxW, first output 1x1xHxW). The package itself is not used: to load it compiles numba
code and brings scikit-image, for a resize and a multiplication. See rembg/sessions/base.py and u2net.py.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from genai.capabilities.base import Call, Produced
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.domain.enums import AssetRole
from genai.errors import ConfigurationError, Permanent
from genai.media import pixels
from genai.providers.adapter import Adapter
from genai.vendors import Vendor

USE = "image.cutout"
_PLACE = f'GENAI_VENDORS_FILE: onnx.use."{USE}".options'
_IMAGENET = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}  # what U2-Net was trained with
_SIDE = 320  # pixels, for a file that leaves its input's size open
_FLAT = 0.1  # a mask with less between its lightest and darkest shows nothing
_UNDECIDED = 25, 230  # of 255


class OnnxProvider(Adapter):
    """``options``: ``path`` of the file; ``mean`` and ``std`` of its training, for red, green, blue 0..1."""

    name = "onnx"

    def __init__(self, vendor: Vendor) -> None:
        from onnxruntime import InferenceSession, SessionOptions

        super().__init__(vendor)
        options = _IMAGENET | dict(vendor.models[USE].options if USE in vendor.models else {})
        if any(len(options[name]) != 3 or not all(options[name]) for name in _IMAGENET):
            raise ConfigurationError(f"{_PLACE}: mean and std are three numbers each")
        self._mean, self._std = options["mean"], options["std"]
        alone = SessionOptions()
        alone.intra_op_num_threads = 1  # a worker's process has a processor, and threads survive no fork
        try:
            self._session = InferenceSession(str(options["path"]), alone, providers=["CPUExecutionProvider"])
        except Exception as error:  # noqa: BLE001 - the runtime's own errors share no other class
            raise ConfigurationError(f"{_PLACE}.path: name an ONNX file ({error})") from None

    @classmethod
    def for_vendor(cls, vendor: Vendor) -> Self:
        return cls(vendor)

    def serves(self, request: Any) -> bool:
        return isinstance(request, ImageRequest) and request.purpose is ImagePurpose.CUTOUT

    def image(self, request: ImageRequest, call: Call) -> ImageResult:
        """One cut-out for each photograph in which the network sees something."""
        if not self.serves(request):
            raise Permanent("only cut-outs are made from an ONNX file", code="unsupported")
        made = []
        for number, reference in enumerate(request.references):
            rgba = pixels.load_rgba(reference.file.path)
            mask = self._mask(pixels.on_white(rgba))
            if mask is not None:
                product, undecided = mask > _UNDECIDED[0], (mask > _UNDECIDED[0]) & (mask < _UNDECIDED[1])
                soft = pixels.resize(mask, rgba.shape[1], rgba.shape[0])
                rgba[..., 3] = soft.clip(0, rgba[..., 3])
                path = call.workdir / f"cutout_{number}.png"
                pixels.save_png(path, rgba)
                confidence = round(1 - float(undecided.sum() / product.sum()), 3)
                details = {"reference": reference.file.sha256, "confidence": confidence}
                made.append(Produced(path, "image/png", AssetRole.CUTOUT, reference.view, details=details))
        if not made:
            raise Permanent("the network sees no product in any photograph", code="vendor_failed")
        return ImageResult(tuple(made))

    def _mask(self, rgb: np.ndarray) -> np.ndarray | None:
        """The product's part of each pixel, uint8 HxW at the network's size; None where it sees nothing."""
        (wanted,) = self._session.get_inputs()
        height, width = (side if isinstance(side, int) else _SIDE for side in wanted.shape[2:])
        small = pixels.resize(rgb, width, height).astype(np.float32)
        normal = (small / max(float(small.max()), 1e-6) - np.float32(self._mean)) / np.float32(self._std)
        seen = self._session.run(None, {wanted.name: normal.transpose(2, 0, 1)[None]})[0][0, 0]
        low, high = float(seen.min()), float(seen.max())
        return None if high - low < _FLAT else np.rint((seen - low) / (high - low) * 255).astype(np.uint8)
