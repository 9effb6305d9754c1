"""Draws the example product: a stoneware bottle of an invented brand, photographed on a white sweep.

    python examples/draw_product.py            # writes the pictures that `genai demo` works with

A ray tracer in numpy: the bottle is a signed distance field of rounded cylinders, lit by two softboxes
and a dome; everything is in centimetres and linear light until the last step. It takes some minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from font_hanken_grotesk import HankenGrotesk, HankenGroteskMedium
from font_source_serif_pro import SourceSerifPro
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy.ndimage import gaussian_filter

OUT = Path(__file__).parents[1] / "genai" / "cli" / "example"
SIZE = 1600  # pixels, square
FINE = 2  # rays per pixel and axis where the bottle is

Array = NDArray[np.float64]

BODY_RADIUS, BODY_TOP = 3.75, 11.2
NECK_RADIUS, NECK_TOP = 1.55, 13.0
CAP_RADIUS, CAP_BOTTOM, CAP_TOP = 1.85, 12.75, 16.1
LABEL_BOTTOM, LABEL_TOP, LABEL_HALF = 2.0, 9.0, 3.6  # the last one along the curve
DOTS = 240  # per cm, in the print
GLAZE = np.array([0.029, 0.083, 0.071])  # deep green, linear
OAK = np.array([0.42, 0.235, 0.105])


@dataclass(frozen=True)
class Softbox:
    """A rectangle that shines towards the bottle; ``across`` and ``up`` are its half sides."""

    centre: Array
    across: Array
    up: Array
    radiance: Array

    @property
    def normal(self) -> Array:
        return unit(np.cross(self.up, self.across))

    def points(self, count: int) -> Array:
        """A grid of points on it."""
        steps = (np.arange(count) + 0.5) / count * 2 - 1
        s, t = np.meshgrid(steps, steps)
        return self.centre + s.reshape(-1, 1) * self.across + t.reshape(-1, 1) * self.up

    def seen(self, origin: Array, direction: Array, blur: float) -> Array:
        """How much of it a ray sees, 0..1; ``blur`` softens its edges as a rough surface does."""
        facing = direction @ self.normal
        distance = ((self.centre - origin) @ self.normal) / np.where(np.abs(facing) < 1e-6, 1e-6, facing)
        offset = origin + direction * distance[:, None] - self.centre
        s = np.abs(offset @ self.across) / (self.across @ self.across)
        t = np.abs(offset @ self.up) / (self.up @ self.up)
        edges = smooth((1 - s) / blur + 0.5) * smooth((1 - t) / blur + 0.5)
        return np.where((distance > 0) & (facing < 0), edges, 0.0)


def unit(vector: Array) -> Array:
    return vector / np.linalg.norm(vector, axis=-1, keepdims=True)


def smooth(x: Array) -> Array:
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


KEY = Softbox(
    np.array([-46.0, 31.0, 38.0]),
    np.array([0.62, 0.0, 0.62]) * 20,
    np.array([0.12, 1.0, -0.12]) * 33,
    np.array([1.0, 0.965, 0.915]) * 4.6,
)
RIM = Softbox(
    np.array([48.0, 22.0, 12.0]),
    np.array([0.25, 0.0, -1.0]) * 9,
    np.array([0.0, 1.0, 0.0]) * 24,
    np.array([0.93, 0.97, 1.0]) * 2.3,
)
DOME = np.array([0.66, 0.68, 0.70])
FLOOR = np.array([0.80, 0.795, 0.785])  # what the sweep reflects


def rounded_cylinder(r: Array, y: Array, radius: float, bottom: float, top: float, edge: float) -> Array:
    """Signed distance to a cylinder about the y axis with rounded edges."""
    dx = r - radius + edge
    dy = np.abs(y - (bottom + top) / 2) - (top - bottom) / 2 + edge
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    return outside + np.minimum(np.maximum(dx, dy), 0) - edge


def parts(points: Array) -> tuple[Array, Array]:
    """Signed distances to the stoneware and to the cap."""
    r, y = np.hypot(points[:, 0], points[:, 2]), points[:, 1]
    body = rounded_cylinder(r, y, BODY_RADIUS, 0.0, BODY_TOP, 1.05)
    neck = rounded_cylinder(r, y, NECK_RADIUS, 8.0, NECK_TOP, 0.2)
    k = 1.5  # cm over which the shoulder flows into the neck
    h = np.clip(0.5 + 0.5 * (neck - body) / k, 0, 1)
    stoneware = neck * (1 - h) + body * h - k * h * (1 - h)
    cap = rounded_cylinder(r, y, CAP_RADIUS, CAP_BOTTOM, CAP_TOP, 0.22)
    return stoneware, cap


def distance(points: Array) -> Array:
    return np.minimum(*parts(points))


def normals(points: Array) -> Array:
    """The gradient of the distance, by central differences."""
    step = 2e-3
    axes = np.eye(3) * step
    return unit(np.stack([distance(points + axis) - distance(points - axis) for axis in axes], axis=1))


def march(origin: Array, direction: Array, reach: float, steps: int = 90) -> Array:
    """Sphere tracing: the distance along each ray to the bottle, inf where it misses."""
    travelled = np.zeros(len(direction))
    result = np.full(len(direction), np.inf)
    active = np.arange(len(direction))
    gap = np.zeros(0)
    for _ in range(steps):
        gap = distance(origin[active] + direction[active] * travelled[active, None])
        travelled[active] += gap * 0.95
        hit = gap < 1e-4
        result[active[hit]] = travelled[active[hit]]
        going = ~hit & (travelled[active] < reach)
        active, gap = active[going], gap[going]
        if not len(active):
            break
    grazing = gap < 0.01  # out of steps in a crease
    result[active[grazing]] = travelled[active[grazing]]
    return result


def irradiance(points: Array, normal: Array, lights: int, key: Array) -> Array:
    """What falls on a surface from both softboxes, of which it sees the part ``key`` of the first."""
    total = np.zeros((len(points), 3))
    for box, seen in ((KEY, key), (RIM, np.ones(len(points)))):
        area = 4 * np.linalg.norm(box.across) * np.linalg.norm(box.up) / lights**2
        for light in box.points(lights):
            towards = light - points
            squared = np.sum(towards**2, axis=1)
            towards /= np.sqrt(squared)[:, None]
            cosines = np.clip(np.sum(towards * normal, axis=1), 0, None) * np.clip(
                -towards @ box.normal, 0, None
            )
            total += (cosines * seen / squared * area)[:, None] * box.radiance
    return total


def noise(rng: np.random.Generator, shape: tuple[int, int], blur: tuple[float, float]) -> Array:
    """Gaussian noise, blurred by so many pixels per axis, -1..1 or so; it tiles."""
    spectrum = np.fft.rfft2(rng.standard_normal(shape))
    fy, fx = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None]
    spectrum *= np.exp(-2 * np.pi**2 * ((fy * blur[0]) ** 2 + (fx * blur[1]) ** 2))
    field = np.fft.irfft2(spectrum, shape)
    return field / (2 * field.std())


def look_up(texture: Array, u: Array, v: Array) -> Array:
    """Bilinear; ``u`` and ``v`` in texels; it tiles."""
    height, width = texture.shape[:2]
    x0, y0 = np.floor(u).astype(int), np.floor(v).astype(int)
    fx, fy = u - x0, v - y0
    if texture.ndim == 3:
        fx, fy = fx[:, None], fy[:, None]
    x1, y1 = (x0 + 1) % width, (y0 + 1) % height
    x0, y0 = x0 % width, y0 % height
    upper = texture[y0, x0] * (1 - fx) + texture[y0, x1] * fx
    return upper * (1 - fy) + (texture[y1, x0] * (1 - fx) + texture[y1, x1] * fx) * fy


def linear(srgb: Array) -> Array:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def encoded(light: Array) -> Array:
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


# --- what is printed and fired on it ---------------------------------------------------------------

INK, TERRACOTTA, FLESH, CREAM = (26, 58, 50), (182, 80, 46), (226, 150, 120), (250, 243, 228)


def spaced(draw: ImageDraw.ImageDraw, y: float, text: str, font: ImageFont.FreeTypeFont, gap: float) -> None:
    """A centred line with ``gap`` dots between its letters."""
    widths = [draw.textlength(letter, font) for letter in text]
    x = (draw.im.size[0] - sum(widths) - gap * (len(text) - 1)) / 2
    for letter, width in zip(text, widths, strict=True):
        draw.text((x, y), letter, INK, font, anchor="ls")
        x += width + gap


def fig(image: Image.Image, x: float, y: float, size: float) -> None:
    """Half a fig: skin, flesh, a ring of seeds."""
    draw = ImageDraw.Draw(image)
    turn = np.linspace(0, 2 * np.pi, 240)

    def drop(scale: float, lift: float) -> list[tuple[float, float]]:
        # A circle whose upper end is drawn out into the stalk.
        stretch = 1 + 0.62 * np.clip(-np.cos(turn), 0, None) ** 6
        xs = np.sin(turn) * (1 - 0.22 * np.clip(-np.cos(turn), 0, None))
        return list(
            zip(x + size * scale * xs, y + size * (scale * np.cos(turn) * stretch - lift), strict=True)
        )

    draw.line([(x, y - 1.35 * size), (x + 0.1 * size, y - 1.92 * size)], INK, int(size * 0.12))
    draw.polygon(drop(1.0, 0.0), TERRACOTTA)
    draw.polygon(drop(0.86, 0.02), CREAM)
    draw.polygon(drop(0.76, 0.0), FLESH)
    for ring, count in ((0.56, 22), (0.36, 14)):
        for angle in np.linspace(0, 2 * np.pi, count, endpoint=False) + ring:
            out = np.array([np.sin(angle), np.cos(angle) * 1.05]) * size
            ends = [(x + out[0] * r, y + out[1] * r + 0.05 * size) for r in (ring, ring - 0.09)]
            draw.line([xy for end in ends for xy in end], TERRACOTTA, int(size * 0.05))


def needles(image: Image.Image, x: float, y: float, length: float, lean: float) -> None:
    """A sprig of cedar: a bent stem with needles that grow shorter towards its tip."""
    draw = ImageDraw.Draw(image)
    along = np.linspace(0, 1, 26)
    xs, ys = x + lean * length * along**1.5, y - length * along
    draw.line(list(zip(xs, ys, strict=True)), INK, 7, joint="curve")
    for t, sx, sy in zip(along[3:], xs[3:], ys[3:], strict=True):
        for side in (-1, 1):
            reach = length * 0.25 * (1.12 - t) ** 0.6
            angle = side * 0.85 + lean * 1.2 * t
            draw.line([sx, sy, sx + reach * np.sin(angle), sy - reach * np.cos(angle)], INK, 6)


def label(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), CREAM)
    draw = ImageDraw.Draw(image)
    serif = ImageFont.truetype(SourceSerifPro, 236)
    spaced(draw, 300, "TAMSEL", ImageFont.truetype(HankenGroteskMedium, 132), 56)
    draw.line([width / 2 - 60, 372, width / 2 + 60, 372], TERRACOTTA, 8)
    needles(image, width / 2 - 150, 1010, 470, -0.42)
    needles(image, width / 2 + 150, 1010, 470, 0.42)
    fig(image, width / 2, 800, 172)
    draw.text((width / 2, 1275), "Cedar & Fig", INK, serif, anchor="ms")
    spaced(draw, 1400, "HAND WASH", ImageFont.truetype(HankenGrotesk, 74), 24)
    spaced(draw, 1580, "300 ml   10.1 fl oz", ImageFont.truetype(HankenGrotesk, 58), 6)
    return image


@dataclass(frozen=True)
class Surface:
    """Textures over (angle, height); rows run upwards."""

    print: Array
    speckle: Array
    orange_peel: Array
    grain: Array
    fibre: Array

    @classmethod
    def make(cls) -> Surface:
        rng = np.random.default_rng(4)
        width, height = int(LABEL_HALF * 2 * DOTS), int((LABEL_TOP - LABEL_BOTTOM) * DOTS)

        drawn = label(width, height).filter(ImageFilter.GaussianBlur(1.1))  # ink spreads
        dots = noise(rng, (1024, 1024), (1.6, 1.6))
        return cls(
            print=linear(np.asarray(drawn, float)[::-1] / 255),
            speckle=smooth((dots - 1.25) / 0.25),
            orange_peel=noise(rng, (1024, 1024), (9, 9)),
            grain=noise(rng, (512, 1024), (60, 2.2)) + 0.8 * noise(rng, (512, 1024), (160, 14)),
            fibre=noise(rng, (512, 512), (1.5, 1.5)),
        )

    def label(self, angle: Array, y: Array) -> tuple[Array, Array]:
        """The print's colour, and how much of a point it covers."""
        along = ((angle + np.pi) % (2 * np.pi) - np.pi) * BODY_RADIUS
        # Rounded corners of 3 mm, an edge as sharp as the rays.
        dx, dy = np.abs(along) - LABEL_HALF + 0.3, np.abs(y - (LABEL_BOTTOM + LABEL_TOP) / 2) - 3.5 + 0.3
        gap = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0) - 0.3
        cover = np.clip(0.5 - gap / 0.012, 0, 1)
        colour = look_up(self.print, (along + LABEL_HALF) * DOTS - 0.5, (y - LABEL_BOTTOM) * DOTS - 0.5)
        return colour, cover


# --- light ---------------------------------------------------------------------------------------


def occlusion(points: Array, normal: Array) -> Array:
    """How open a point is, 0..1: five looks along its normal at how near the next surface is."""
    closed = np.zeros(len(points))
    for index, reach in enumerate((0.12, 0.35, 0.8, 1.6, 3.0)):
        at = points + normal * reach
        gap = np.minimum(distance(at), at[:, 1])
        closed += np.clip(reach - gap, 0, None) / reach * 0.62**index
    return np.clip(1 - 0.42 * closed, 0, 1)


def lit_by(box: Softbox, points: Array, normal: Array, count: int) -> Array:
    """The part of a softbox that is not behind the bottle, 0..1."""
    seen = np.zeros(len(points))
    start = points + normal * 0.02
    for light in box.points(count):
        towards = light - start
        reach = np.linalg.norm(towards, axis=1)
        seen += ~np.isfinite(march(start, towards / reach[:, None], 30.0, 40))
    return seen / count**2


def mirrored(points: Array, direction: Array, blur: float) -> Array:
    """What a surface reflects: the sweep below, the dome above, two softboxes."""
    up = smooth(direction[:, 1] * 2.2 + 0.5)[:, None]
    floor = FLOOR * smooth(points[:, 1] / 1.2 + 0.25)[:, None]
    light = floor * (1 - up) + DOME * (0.42 + 0.4 * up) * up
    for box in (KEY, RIM):
        light += box.seen(points, direction, blur)[:, None] * box.radiance
    return light


def shade(points: Array, view: Array, turn: float, surface: Surface) -> Array:
    """The light that leaves the bottle's surface towards the camera."""
    normal = normals(points)
    stoneware, cap = parts(points)
    wood = cap < stoneware
    angle = np.arctan2(points[:, 0], points[:, 2]) - turn
    y = points[:, 1]
    u, v = angle * BODY_RADIUS * 40, y * 40

    printed, cover = surface.label(angle, y)
    cover = np.where(wood, 0, cover)[:, None]
    glaze = GLAZE * (1 + 0.10 * look_up(surface.orange_peel, u / 3, v / 3))[:, None]
    glaze = glaze * (1 - 0.72 * look_up(surface.speckle, u, v))[:, None]
    paper = printed * (1 + 0.018 * look_up(surface.fibre, u * 2, v * 2))[:, None]
    end = normal[:, 1] > 0.7  # of the cap, where the saw went across
    grain = look_up(
        surface.grain,
        np.where(end, points[:, 0], angle * CAP_RADIUS) * 70,
        np.where(end, points[:, 2] * 48, v * 1.2),
    )
    oak = OAK * np.exp(0.20 * grain)[:, None] * np.array([1.0, 0.98, 0.95]) ** grain[:, None]
    albedo = np.where(wood[:, None], oak, glaze * (1 - cover) + paper * cover)

    # The wheel leaves rings, too faint to see but in a highlight.
    ripple = np.where(wood, 0, 0.0035 * np.sin(y * 9 + 0.4 * np.sin(y * 2.3)))[:, None] * (1 - cover)
    normal_of_gloss = unit(normal + ripple * np.array([0.0, 1.0, 0.0]))

    opened = occlusion(points, normal)[:, None]
    shadow = np.ones(len(points))
    upper = (y > 8) & (cover[:, 0] == 0)  # nothing stands before the straight part below
    shadow[upper] = lit_by(KEY, points[upper], normal[upper], 3)
    sky = smooth(normal[:, 1:2] * 0.5 + 0.5)
    ambient = (FLOOR * 0.62 * (1 - sky) + DOME * sky) * opened
    light = irradiance(points, normal, 6, shadow) / np.pi * (0.35 + 0.65 * opened)
    diffuse = albedo * (light + ambient * 0.5)

    facing = np.clip(-np.sum(view * normal, axis=1), 0, 1)
    reflected = view - 2 * np.sum(view * normal_of_gloss, axis=1)[:, None] * normal_of_gloss
    fresnel = (0.045 + 0.955 * (1 - facing) ** 5)[:, None]
    satin = mirrored(points, reflected, 0.34)
    matt = mirrored(points, reflected, 1.6)
    gloss = np.where(wood[:, None], matt * fresnel * 0.28, satin * fresnel * 0.95)
    gloss = gloss * (1 - cover) + matt * fresnel * 0.16 * cover
    return diffuse + gloss * (0.3 + 0.7 * opened)


def ground_light() -> Callable[[Array, Array], Array]:
    """How much light reaches the sweep at (x, z), 1 where nothing stands in its way."""
    step = 0.2
    xs, zs = np.arange(-18, 30, step), np.arange(-30, 16, step)
    x, z = np.meshgrid(xs, zs)
    points = np.stack([x.ravel(), np.full(x.size, 1e-3), z.ravel()], axis=1)
    upward = np.tile([0.0, 1.0, 0.0], (len(points), 1))
    key, rim = lit_by(KEY, points, upward * 0.05, 10), lit_by(RIM, points, upward * 0.05, 6)
    rng = np.random.default_rng(1)
    dome = np.zeros(len(points))
    count = 72
    for index in range(count):  # cosine-weighted, stratified by height
        radius, turn = np.sqrt((index + rng.random()) / count), index * 2.399963
        towards = np.array([radius * np.cos(turn), np.sqrt(1 - radius**2), radius * np.sin(turn)])
        dome += ~np.isfinite(march(points, np.tile(towards, (len(points), 1)), 30.0, 40))
    dome /= count
    kept = 0.36 * key[:, None] * np.array([1.0, 0.985, 0.965]) + 0.12 * rim[:, None] * np.array(
        [0.98, 1.0, 1.0]
    )
    kept += 0.52 * dome[:, None] * np.array([0.985, 1.0, 1.03])
    table = kept.reshape(*x.shape, 3)
    # Far from the bottle the lamps' samples would show as steps.
    far = smooth((np.hypot(x, z) - BODY_RADIUS - 0.5) / 9)[..., None]
    table = table * (1 - far) + gaussian_filter(table, (1.3 / step, 1.3 / step, 0)) * far

    def at(px: Array, pz: Array) -> Array:
        u = np.clip((px - xs[0]) / step, 0, len(xs) - 2)
        v = np.clip((pz - zs[0]) / step, 0, len(zs) - 2)
        return look_up(table, u, v)

    return at


# --- camera ----------------------------------------------------------------------------------------


def photograph(
    turn: float, tilt: float, surface: Surface, ground: Callable[[Array, Array], Array]
) -> Image.Image:
    """The bottle turned by ``turn`` degrees, seen from ``tilt`` degrees above."""
    tilt = np.radians(tilt)
    target = np.array([0.0, 7.75, 0.0])
    eye = target + 95.0 * np.array([0.0, np.sin(tilt), np.cos(tilt)])
    forward = unit(target - eye)
    right = np.array([1.0, 0.0, 0.0])
    up = np.cross(right, forward)
    scale = 67.0 * 95.0  # 67 pixels per cm at the bottle

    def rays(fine: int, left: int, top: int, width: int, height: int) -> Array:
        xs = (np.arange(width * fine) + 0.5) / fine + left - SIZE / 2
        ys = (np.arange(height * fine) + 0.5) / fine + top - SIZE / 2
        x, y = np.meshgrid(xs, ys)
        return unit(forward * scale + x.reshape(-1, 1) * right - y.reshape(-1, 1) * up)

    sweep = rays(1, 0, 0, SIZE, SIZE)
    reach = np.where(sweep[:, 1] < -1e-4, -eye[1] / np.minimum(sweep[:, 1], -1e-4), 1e5)
    falls = ground(*(eye + sweep * reach[:, None])[:, [0, 2]].T)
    level = np.repeat(np.linspace(0.86, 0.95, SIZE), SIZE)[:, None]
    side = 1 - 0.045 * np.tile(np.linspace(0, 1, SIZE), SIZE)[:, None]  # the key comes from the left
    picture = (level * side * np.array([1.0, 0.995, 0.985]) * falls).reshape(SIZE, SIZE, 3)

    left, top, width, height = 480, 190, 640, 1240
    for row in range(top, top + height, 62):
        directions = rays(FINE, left, row, width, 62)
        origin = np.broadcast_to(eye, directions.shape)
        far = march(origin, directions, 120.0)
        hit = np.isfinite(far)
        if not hit.any():
            continue
        behind = picture[row : row + 62, left : left + width].repeat(FINE, 0).repeat(FINE, 1).reshape(-1, 3)
        points = eye + directions[hit] * far[hit, None]
        behind[hit] = shade(points, directions[hit], np.radians(turn), surface)
        tile = behind.reshape(62, FINE, width, FINE, 3)
        picture[row : row + 62, left : left + width] = np.minimum(tile, 1.6).mean(axis=(1, 3))

    # A shoulder above 0.8, as film has it, and a grain that keeps gradients from banding.
    picture = np.where(picture > 0.8, 0.8 + 0.2 * np.tanh((picture - 0.8) / 0.2), picture)
    grain = np.random.default_rng(7).normal(0, 0.0022, (SIZE, SIZE, 1))
    return Image.fromarray((np.clip(encoded(picture) + grain, 0, 1) * 255 + 0.5).astype(np.uint8))


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    surface, ground = Surface.make(), ground_light()
    for name, turn, tilt in (("front", 0, 6), ("three_quarter", 27, 14)):
        photograph(turn, tilt, surface, ground).save(
            OUT / f"{name}.jpg", quality=93, subsampling=0, optimize=True
        )
        print(OUT / f"{name}.jpg")


if __name__ == "__main__":
    main()
