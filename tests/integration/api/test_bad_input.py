"""Whatever comes in wrong is answered with a problem document that names it, and leaves nothing behind."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from PIL import Image

from genai.contracts.problems import ProblemDetailsSchema


def refused(response, status: int, *pointers: str) -> dict[str, Any]:
    """Check that it is a problem document of that status about exactly these fields."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    problem: dict[str, Any] = ProblemDetailsSchema().load(response.json)
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["X-Request-ID"]
    assert [entry["pointer"] for entry in problem.get("problems", [])] == list(pointers)
    return problem


def without(*path: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for name in path[:-1]:
            document = document[name]
        del document[path[-1]]

    return change


def put(value: Any, *path: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for name in path[:-1]:
            document = document[name]
        document[path[-1]] = value

    return change


A_JOB = "00000000-0000-4000-8000-000000000000"
AN_ASSET = "0" * 64
FIELDS = {
    "unknown field": (put(1, "colour"), "/colour"),
    "unknown field within": (put(1, "product", "sku/~"), "/product/sku~1~0"),
    "no contract": (without("contract"), "/contract"),
    "another contract": (put(1, "contract"), "/contract"),
    "contract as text": (put("2", "contract"), "/contract"),
    "unknown job type": (put("marketing", "job_type"), "/job_type"),
    "a mode without a pipeline": (put("radio", "mode"), "/mode"),
    "an unknown mode": (put({"a": 1}, "mode"), "/mode"),
    "no key": (without("idempotency_key"), "/idempotency_key"),
    "a key with a blank": (put("a b", "idempotency_key"), "/idempotency_key"),
    "a key of 201": (put("k" * 201, "idempotency_key"), "/idempotency_key"),
    "no product": (without("product"), "/product"),
    "product is a list": (put([], "product"), "/product"),
    "blank name": (put(" ", "product", "name"), "/product/name"),
    "NUL in a name": (put("a\0b", "product", "name"), "/product/name"),
    "line break in a name": (put("a\nb", "product", "name"), "/product/name"),
    "half a surrogate pair": (put("\ud800", "prompt"), "/prompt"),
    "no image": (put([], "product", "images"), "/product/images"),
    "eleven images": (
        put([{"url": "https://example.com/a"}] * 11, "product", "images"),
        "/product/images",
    ),
    "image of nothing": (put({}, "product", "images", 0), "/product/images/0"),
    "image of two": (put(AN_ASSET, "product", "images", 0, "asset_id"), "/product/images/0"),
    "unknown asset": (
        put({"asset_id": AN_ASSET}, "product", "images", 0),
        "/product/images/0/asset_id",
    ),
    "file address": (put("file:///etc/passwd", "product", "images", 0, "url"), "/product/images/0/url"),
    "address with password": (put("http://a:b@c/", "product", "images", 0, "url"), "/product/images/0/url"),
    "six links": (put(["https://example.com"] * 6, "product", "links"), "/product/links"),
    "attribute of a number": (put({"size": 1}, "product", "attributes"), "/product/attributes/size"),
    "51 attributes": (
        put({str(n): "x" for n in range(51)}, "product", "attributes"),
        "/product/attributes",
    ),
    "no prompt": (without("prompt"), "/prompt"),
    "prompt of 4001": (put("x" * 4001, "prompt"), "/prompt"),
    "no scene": (put(0, "settings", "scenes"), "/settings/scenes"),
    "thirteen scenes": (put(13, "settings", "scenes"), "/settings/scenes"),
    "true scenes": (put(True, "settings", "scenes"), "/settings/scenes"),
    "half a scene": (put(1.5, "settings", "scenes"), "/settings/scenes"),
    "unknown aspect": (put("3:2", "settings", "aspect"), "/settings/aspect"),
    "setting of another mode": (put(15, "settings", "duration"), "/settings/duration"),
    "scene that is not there": (
        put({"3": "mixed"}, "settings", "scene_compositions"),
        "/settings/scene_compositions",
    ),
    "scene zero": (
        put({"0": "mixed"}, "settings", "scene_compositions"),
        "/settings/scene_compositions/0",
    ),
    "negative budget": (put(-0.01, "settings", "budget"), "/settings/budget"),
    "infinite budget": (put(1e400, "settings", "budget"), "/settings/budget"),
    "five variants": (put(5, "settings", "variants"), "/settings/variants"),
    "preview of nothing": (put(A_JOB, "settings", "preview_of"), "/settings/preview_of"),
    "unknown policy": (put("hope", "settings", "fidelity", "on_cap"), "/settings/fidelity/on_cap"),
    "colour by name": (put(["red"], "settings", "brand", "colors"), "/settings/brand/colors/0"),
    "logo of nobody": (put(AN_ASSET, "settings", "brand", "logo"), "/settings/brand/logo"),
    "retry of an output": (put({"job_id": A_JOB}, "retry"), "/retry"),
    "metadata is text": (put("x", "metadata"), "/metadata"),
    "metadata of 17 kB": (put({"x": "y" * 17_000}, "metadata"), "/metadata"),
    "NUL in metadata": (put({"x": ["\0"]}, "metadata"), "/metadata"),
    "deep metadata": (put(json.loads("[" * 11 + "]" * 11), "metadata", "x"), "/metadata"),
}


def test_fields(service, document):
    document["settings"] |= {"fidelity": {}, "brand": {}}
    before = service.stored()
    for name, (change, pointer) in FIELDS.items():
        wrong = deepcopy(document)
        change(wrong)
        # What is infinite reaches the service as a number too large for a float.
        body = json.dumps(wrong).replace("Infinity", "1e400")
        response = service.call("POST", "/v1/jobs", data=body, content_type="application/json")
        problem = refused(response, 422, pointer)
        assert problem["problems"][0]["detail"], name
        assert problem["problems"][0]["remedy"], name
    assert service.stored() == before


RETRIES = {
    "unknown job": ({"job_id": A_JOB}, "/retry/job_id"),
    "no job": ({}, "/retry/job_id"),
    "scene without a stage": ({"job_id": A_JOB, "scene": 2}, "/retry/stage"),
    "only, of nothing": ({"job_id": A_JOB, "scope": "only"}, "/retry/stage"),
    "image of no scene": ({"job_id": A_JOB, "stage": "image", "scope": "only"}, "/retry/scene"),
    "onward from nowhere": ({"job_id": A_JOB, "stage": "neutral_image", "scope": "onward"}, "/retry/scene"),
    "edit of a word": ({"job_id": A_JOB, "edits": {"1": {"price": "1"}}}, "/retry/edits/1/price"),
}


def test_retries(service):
    before = service.stored()
    for retry, pointer in RETRIES.values():
        document = {"contract": 2, "job_type": "retry", "idempotency_key": "r", "retry": retry}
        refused(service.call("POST", "/v1/jobs", json=document), 422, pointer)
    assert service.stored() == before


INTERNAL = (
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://10.0.0.8/a.png",
    "https://169.254.169.254/latest/meta-data",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[fec0::1]/",
    "http://[fe80::1%25eth0]/",
    "http://example.com:22/",
    "http://example.com:0/",
)


def test_internal_addresses(service, document):
    before = service.stored()
    for address in INTERNAL:
        document["product"] |= {"links": ["https://example.com", address], "images": [{"url": address}]}
        response = service.call("POST", "/v1/jobs", json=document)
        refused(response, 422, "/product/images/0/url", "/product/links/1")
    assert service.stored() == before


def test_all_problems_at_once(service, document):
    document["product"] = {"name": "", "images": [{"url": "x"}], "sku": 1}
    document["settings"] = {"scenes": "two", "aspect": "9:16", "music": AN_ASSET}
    refused(
        service.call("POST", "/v1/jobs", json=document),
        422,
        "/product/images/0/url",
        "/product/name",
        "/product/product_id",
        "/product/sku",
        "/settings/music",
        "/settings/scenes",
    )


BODIES = (
    (b"", "application/json", 400, "not JSON"),
    (b'{"a": 1,}', "application/json", 400, "column 9"),
    (b'{"a": 1} x', "application/json", 400, "not JSON"),
    (b'{"a": NaN}', "application/json", 400, "NaN"),
    (b'{"a": -Infinity}', "application/json", 400, "-Infinity"),
    (b'{"job_type": "retry", "a": {"b": 1, "b": 2}}', "application/json", 400, '"b" twice'),
    (b'"\xff"', "application/json", 400, "UTF-8"),
    (b"[" * 100_000 + b"]" * 100_000, "application/json", 400, "deeply"),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "application/json", 400, "deeply"),
    (b"1" * 5000, "application/json", 400, "too large"),
    (b"[]", "application/json", 422, "a problem"),
    (b"{}", "text/plain", 415, "application/json"),
    (b"{}", "application/x-www-form-urlencoded", 415, "application/json"),
    (b"{}", None, 415, "application/json"),
    (b" " * 1_000_001, "application/json", 413, "1000000 bytes"),
)


def test_bodies(service):
    before = service.stored()
    for body, content_type, status, says in BODIES:
        response = service.call("POST", "/v1/jobs", data=body, content_type=content_type)
        assert response.status_code == status, (body[:40], response.text)
        ProblemDetailsSchema().load(response.json)
        assert says in response.json["detail"]
    assert service.stored() == before


def test_compressed_body(service):
    packed = zlib.compress(b"{}")
    headers = {"Content-Encoding": "deflate", "Content-Type": "application/json"}
    refused(service.call("POST", "/v1/jobs", data=packed, headers=headers), 415)
    refused(service.call("POST", "/v1/assets", data=packed, headers={"Content-Encoding": "gzip"}), 415)


def png(width: int, height: int) -> bytes:
    """A grey PNG that is small on the wire, however large it is as a picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + (width + 7) // 8)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def picture_bytes(format: str, size: tuple[int, int] = (200, 150), **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(buffer, format, **options)
    return buffer.getvalue()


def animation() -> bytes:
    frames = [Image.new("RGB", (100, 100), color) for color in ("red", "green", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><script>alert(1)</script></svg>'
PICTURES = {
    "nothing": (lambda: b"", "image/png"),
    "a text file named .png": (lambda: b"This is a product photograph.\n" * 40, "image/png"),
    "a truncated JPEG": (lambda: picture_bytes("JPEG")[:-700], "image/jpeg"),
    "196 megapixels in 24 kB": (lambda: png(14_000, 14_000), "image/png"),
    "an SVG with a script": (lambda: SVG, "image/svg+xml"),
    "an animation": (animation, "image/png"),
    "a GIF": (lambda: picture_bytes("GIF"), "image/gif"),
    "too small": (lambda: picture_bytes("PNG", (20, 20)), "image/png"),
}


def test_pictures(service):
    before = service.stored()
    for name, (make, media_type) in PICTURES.items():
        response = service.call("POST", "/v1/assets", data=make(), content_type=media_type)
        problem = refused(response, 422, "")
        assert problem["problems"][0]["remedy"], name
    form = {"file": (io.BytesIO(SVG), "picture.png")}
    response = service.call("POST", "/v1/assets", data=form, content_type="multipart/form-data")
    refused(response, 422, "/file")
    assert service.stored() == before


def test_uploads_that_are_none(service, picture):
    before = service.stored()
    refused(service.call("POST", "/v1/assets", json={"url": "https://example.com"}), 415)
    two = {"file": (io.BytesIO(picture.read_bytes()), "a.png"), "mask": (io.BytesIO(b"x"), "b.png")}
    for form in (two, {"file": "a word"}, {"other": (io.BytesIO(b"x"), "a.png")}, {}):
        response = service.call("POST", "/v1/assets", data=form, content_type="multipart/form-data")
        refused(response, 422, "/file")
    assert service.stored() == before


def test_an_upload_over_the_limit(service):
    before = service.stored()
    body = bytes(service.runtime.settings.upload_max_bytes + (1 << 17))
    frame = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    form = frame + body + b"\r\n--x--\r\n"
    refused(service.call("POST", "/v1/assets", data=body, content_type="image/png"), 413)
    # A form could hold a video, for which there is more room.
    refused(
        service.call("POST", "/v1/assets", data=form, content_type="multipart/form-data; boundary=x"),
        422,
        "/file",
    )
    assert service.stored() == before


PATHS = (
    ("GET", "/", 404),
    ("GET", "/v1/nothing", 404),
    ("GET", "/v1/jobs/1", 404),
    ("GET", "/v1/jobs/%00", 404),
    ("GET", "/v1/assets/..%2f..%2fetc%2fpasswd", 404),
    ("GET", f"/v1/assets/{AN_ASSET}", 404),
    ("GET", "/v1/assets/x%00/content", 404),
    ("DELETE", f"/v1/jobs/{A_JOB}", 405),
    ("PUT", "/v1/jobs", 405),
    ("POST", "/healthz", 405),
    ("GET", "/v1/jobs?limit=0", 422),
    ("GET", "/v1/jobs?limit=9999999999999999999999", 422),
    ("GET", "/v1/jobs?limit=²", 422),
    ("GET", "/v1/jobs?cursor=x", 422),
    ("GET", "/v1/jobs?cursor=/w==", 422),
    ("GET", "/v1/jobs?cursor=MDAwMS0wMS0wMVQwMDowMDowMCswMTowMCAx", 422),
    ("GET", "/v1/jobs?limit=1&limit=2", 422),
    ("GET", "/v1/jobs?state=x", 422),
    ("GET", f"/v1/jobs/{A_JOB}/events?after=-1", 422),
    ("GET", f"/v1/jobs/{A_JOB}/events?after=2147483648", 422),
)


def test_paths_and_parameters(service):
    for method, path, status in PATHS:
        response = service.call(method, path)
        assert response.status_code == status, (path, response.text)
        assert response.content_type == "application/problem+json"
        ProblemDetailsSchema().load(response.json)
        assert ("Allow" in response.headers) == (status == 405)


def test_a_crash_tells_its_log_alone(service, caplog):
    @service.app.get("/v1/crash")
    def crash() -> None:
        raise RuntimeError("postgresql://user:secret@host")

    problem = refused(service.call("GET", "/v1/crash"), 500)
    assert problem["code"] == "internal"
    assert "secret" not in json.dumps(problem)
    assert f"request {problem['request_id']} failed" in caplog.text
