"""Cut-outs by a network, on a tiny one that is a real ONNX file."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from genai import bootstrap
from genai.capabilities.base import Call
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import Canvas, ProductBrief, Reference
from genai.domain.enums import Aspect, AssetRole, Capability
from genai.domain.media import MediaFile
from genai.errors import ConfigurationError, Permanent
from genai.providers.onnx import USE, OnnxProvider
from genai.settings import Settings
from genai.vendors import Model, Vendor
from tests.harness.network import write_network

BOX = (slice(50, 150), slice(100, 220))


@pytest.fixture
def network(tmp_path: Path) -> Path:
    return write_network(tmp_path / "network.onnx")


def made(**options: object) -> OnnxProvider:
    return OnnxProvider.for_vendor(Vendor("onnx", "", "", models={USE: Model("dark", options=options)}))


def photograph(path: Path, *, product: bool = True, alpha: int | None = None) -> Reference:
    """A dark product on a light ground."""
    rgb = np.full((200, 320, 3), 245, np.uint8)
    if product:
        rgb[BOX] = (30, 40, 60)
    picture = Image.fromarray(rgb)
    if alpha is not None:
        picture.putalpha(alpha)
    picture.save(path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Reference(MediaFile(path, "image/png", sha256, width=320, height=200), "source", "front")


def asked(*references: Reference, purpose: ImagePurpose = ImagePurpose.CUTOUT) -> ImageRequest:
    return ImageRequest(purpose, ProductBrief("Box"), references, Canvas(Aspect.SQUARE, 64, 64))


@pytest.fixture
def call(tmp_path: Path) -> Call:
    workdir = tmp_path / "call"
    workdir.mkdir()
    return Call("k1", workdir)


def test_the_product_is_cut_out_where_it_is(network: Path, tmp_path: Path, call: Call) -> None:
    reference = photograph(tmp_path / "a.png")
    (cut,) = made(path=str(network)).image(asked(reference), call).images
    assert (cut.role, cut.view, cut.media_type) == (AssetRole.CUTOUT, "front", "image/png")
    assert cut.details["reference"] == reference.file.sha256
    assert cut.details["confidence"] > 0.9
    rgba = np.array(Image.open(cut.path))
    assert rgba.shape == (200, 320, 4)
    inside = np.zeros((200, 320), bool)
    inside[BOX] = True
    union = inside | (rgba[..., 3] > 128)
    assert (inside & (rgba[..., 3] > 128)).sum() / union.sum() > 0.95
    assert tuple(rgba[100, 160, :3]) == (30, 40, 60)


def test_a_photograph_without_a_product_is_left_out(network: Path, tmp_path: Path, call: Call) -> None:
    empty, full = photograph(tmp_path / "a.png", product=False), photograph(tmp_path / "b.png")
    (cut,) = made(path=str(network)).image(asked(empty, full), call).images
    assert cut.details["reference"] == full.file.sha256
    with pytest.raises(Permanent) as caught:
        made(path=str(network)).image(asked(empty), call)
    assert caught.value.code == "vendor_failed"  # another provider may see it


def test_what_is_transparent_stays_so(network: Path, tmp_path: Path, call: Call) -> None:
    reference = photograph(tmp_path / "a.png", alpha=220)
    (cut,) = made(path=str(network)).image(asked(reference), call).images
    assert np.array(Image.open(cut.path))[..., 3].max() == 220


def test_it_serves_cut_outs_alone(network: Path, tmp_path: Path, call: Call) -> None:
    provider = made(path=str(network))
    for purpose in ImagePurpose:
        request = asked(photograph(tmp_path / "a.png"), purpose=purpose)
        assert provider.serves(request) is (purpose is ImagePurpose.CUTOUT)
    with pytest.raises(Permanent) as caught:
        provider.image(asked(photograph(tmp_path / "a.png"), purpose=ImagePurpose.SCENE), call)
    assert caught.value.code == "unsupported"


@pytest.mark.parametrize("side", [32, 200])
def test_the_network_says_how_large_its_input_is(tmp_path: Path, call: Call, side: int) -> None:
    network = write_network(tmp_path / "other.onnx", side)
    (cut,) = made(path=str(network)).image(asked(photograph(tmp_path / "a.png")), call).images
    assert np.array(Image.open(cut.path)).shape == (200, 320, 4)


@pytest.mark.parametrize(
    "options",
    [{}, {"path": ""}, {"path": "/nowhere/u2net.onnx"}, {"path": __file__}, {"path": "?", "mean": [1]}],
)
def test_a_wrong_option_is_named(options: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=r'GENAI_VENDORS_FILE: onnx\.use\."image\.cutout"\.options'):
        made(**options)


def test_it_is_selected_before_the_local_engine_and_survives_the_fork(
    network: Path, tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    vendors = tmp_path / "vendors.toml"
    vendors.write_text(f'[onnx.use."image.cutout".options]\npath = "{network}"\n')
    monkeypatch.setenv("GENAI_IMAGE", "onnx,local")
    monkeypatch.setenv("GENAI_VENDORS_FILE", str(vendors))
    built = bootstrap.build(Settings.from_env())
    reference = photograph(tmp_path / "a.png")
    names = {
        purpose: [
            one.name for one in built.selection.able(Capability.IMAGE, asked(reference, purpose=purpose))
        ]
        for purpose in ImagePurpose
    }
    built.database.close()
    assert names.pop(ImagePurpose.CUTOUT) == ["onnx", "local"]
    assert set(map(tuple, names.values())) == {("local",)}

    # A process of its own, since this one has threads by now.
    code = (
        "import os, sys, json; from pathlib import Path; sys.path.insert(0, sys.argv[3])\n"
        "from tests.unit.providers.test_onnx import made, asked, photograph\n"
        "from genai.capabilities.base import Call\n"
        "provider = made(path=sys.argv[1]); folder = Path(sys.argv[2])\n"
        "request = asked(photograph(folder / 'forked.png'))\n"
        "if os.fork() == 0:\n"
        "    (cut,) = provider.image(request, Call('k', folder)).images\n"
        "    print(json.dumps(cut.details), flush=True); os._exit(0)\n"
        "os._exit(os.waitstatus_to_exitcode(os.wait()[1]))\n"
    )
    root = str(Path(__file__).parents[3])
    command = [sys.executable, "-c", code, str(network), str(tmp_path), root]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["confidence"] > 0.9
