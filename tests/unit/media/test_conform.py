"""Files as vendors make them, brought to our form and measured."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.errors import Permanent
from genai.media import ffmpeg, frames, pixels
from genai.media.conform import Conformed, conform_clip, conform_cutout, conform_picture
from genai.media.probe import probe

TALL = Canvas(Aspect.PORTRAIT, 180, 320)
LEFT, RIGHT = (200, 50, 40), (40, 50, 200)
WORDS = """[Script Info]
PlayResX: 180
PlayResY: 320

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Big,DejaVu Sans,90,&H00FFFFFF,5

[Events]
Format: Start, End, Style, Text
Dialogue: 0:00:00.00,0:00:05.00,Big,WWW
"""


def film(path: Path, size: str, seconds: float, *, rate: int = 24, sound: bool = True) -> Path:
    """As a vendor gives it: 24 frames a second, red and blue halves, with sound."""
    halves = "geq=r='if(lt(X,W/2),200,40)':g=50:b='if(lt(X,W/2),40,200)'"
    source = f"color=black:s={size}:r={rate}:d={seconds},format=gbrp,{halves},format=yuv420p"
    tone = ("-f", "lavfi", "-i", f"sine=d={seconds}") if sound else ()
    ffmpeg.run(["-f", "lavfi", "-i", source, *tone, "-c:v", "libx264", str(path)])
    return path


def conformed(tmp_path: Path, source: Path, count: int, **options: object) -> tuple[Conformed, Path]:
    target = tmp_path / "ours.mp4"
    return conform_clip(source, target, TALL, frames=count, **options), target  # type: ignore[arg-type]


def reasons(result: Conformed) -> list[str]:
    return [mark.reason for mark in result.marks]


def test_a_clip_has_our_frames_size_rate_and_no_sound(tmp_path: Path) -> None:
    source = film(tmp_path / "theirs.mp4", "360x640", 2.0)
    last = tmp_path / "last.jpg"
    result, target = conformed(tmp_path, source, 30, handle=6, keyframes=(10,), last=last)
    media = probe(target)
    assert media.audio is None and media.video is not None
    track = media.video
    assert (track.width, track.height, track.frames, track.rate) == (180, 320, 36, 30)
    assert [n for n, packet in enumerate(sorted(track.packets, key=lambda p: p.pts)) if packet.key] == [
        0,
        10,
        30,
    ]
    assert (result.held, result.marks, result.source.width) == (0, (), 360)
    shown = pixels.load_rgb(last)
    assert shown.shape == (320, 180, 3)
    assert abs(shown[160, 30].astype(int) - LEFT).max() < 12
    assert abs(shown[160, 150].astype(int) - RIGHT).max() < 12


def test_a_clip_that_is_too_short_holds_its_last_frame(tmp_path: Path) -> None:
    result, target = conformed(tmp_path, film(tmp_path / "theirs.mp4", "360x640", 1.0, rate=30), 45)
    track = probe(target).video
    assert track is not None and track.frames == 45
    assert (result.held, reasons(result)) == (15, ["held_frame"])
    assert "0.5 s early" in result.marks[0].detail


def test_the_last_frame_is_that_before_the_handle(tmp_path: Path) -> None:
    source, last = tmp_path / "theirs.mp4", tmp_path / "last.jpg"
    brighter = "color=black:s=360x640:r=30:d=1,format=gbrp,geq=r='8*N':g='8*N':b='8*N',format=yuv420p"
    ffmpeg.run(["-f", "lavfi", "-i", brighter, "-c:v", "libx264", "-crf", "8", str(source)])
    conformed(tmp_path, source, 20, handle=6, last=last)
    assert pixels.load_rgb(last).mean() == pytest.approx(8 * 19, abs=3)


def test_the_last_frame_before_the_handle_has_no_text(tmp_path: Path) -> None:
    source, last = film(tmp_path / "theirs.mp4", "360x640", 1.0), tmp_path / "last.jpg"
    _, target = conformed(tmp_path, source, 12, handle=3, text=WORDS, last=last)
    whites = [(np.asarray(frame).min(axis=2) > 200).sum() for frame in frames.frames(target)]
    assert min(whites) > 200
    assert (pixels.load_rgb(last).min(axis=2) > 200).sum() == 0


def test_another_aspect_is_cropped_or_framed_and_said(tmp_path: Path) -> None:
    near, _ = conformed(tmp_path, film(tmp_path / "near.mp4", "300x420", 0.5), 6)
    far, target = conformed(tmp_path, film(tmp_path / "far.mp4", "640x360", 0.5), 6)
    assert (reasons(near), reasons(far)) == (["cropped_clip"], ["framed_clip"])
    middle = frames.last_frame(target)[160]
    assert abs(middle[10].astype(int) - LEFT).max() < 14 and abs(middle[170].astype(int) - RIGHT).max() < 14


def test_a_small_clip_is_enlarged_and_said(tmp_path: Path) -> None:
    result, _ = conformed(tmp_path, film(tmp_path / "small.mp4", "90x160", 0.5), 6)
    assert reasons(result) == ["upscaled"]


@pytest.mark.parametrize("content", [b"", b"<html>sorry</html>", b"\x00\x00\x00\x18ftypmp42" + bytes(400)])
def test_what_is_no_clip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "theirs.mp4"
    path.write_bytes(content)
    with pytest.raises(Permanent) as caught:
        conformed(tmp_path, path, 6)
    assert caught.value.code == "bad_result"
    assert not (tmp_path / "ours.mp4").exists()


def test_a_clip_is_no_picture_and_a_picture_no_clip(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    Image.new("RGB", (200, 200)).save(picture)
    clip = film(tmp_path / "theirs.mp4", "360x640", 0.5)
    for ask in (
        lambda: conformed(tmp_path, picture, 6),
        lambda: conform_picture(clip, tmp_path / "ours.png", TALL),
    ):
        with pytest.raises(Permanent) as caught:
            ask()
        assert caught.value.code == "bad_result"


def test_a_picture_fills_the_canvas(tmp_path: Path) -> None:
    source = tmp_path / "theirs.webp"
    Image.new("RGB", (400, 400), LEFT).save(source, lossless=True)
    result = conform_picture(source, tmp_path / "ours.png", TALL)
    with Image.open(tmp_path / "ours.png") as ours:
        assert (ours.format, ours.mode, ours.size) == ("PNG", "RGB", (180, 320))
        assert ours.getpixel((90, 160)) == LEFT
    assert reasons(result) == ["cropped_picture"]


def test_a_cut_out_has_its_photograph_s_size_and_straight_alpha(tmp_path: Path) -> None:
    source = tmp_path / "theirs.png"
    cut = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    cut.paste((*LEFT, 255), (50, 25, 150, 75))
    cut.save(source)
    result = conform_cutout(source, tmp_path / "ours.png", 400, 200)
    ours = pixels.load_rgba(tmp_path / "ours.png")
    assert ours.shape == (200, 400, 4)
    assert tuple(ours[100, 200]) == (*LEFT, 255) and ours[5, 5, 3] == 0
    edge = (ours[..., 3] > 20) & (ours[..., 3] < 235)
    assert edge.any() and abs(ours[edge][:, :3].astype(int) - LEFT).max() < 12
    assert reasons(result) == ["upscaled"]


@pytest.mark.parametrize(
    ("mode", "colour", "size"),
    [("RGB", LEFT, (200, 100)), ("RGBA", (0, 0, 0, 0), (200, 100)), ("RGBA", (*LEFT, 128), (100, 200))],
)
def test_what_is_no_cut_out_of_it_is_refused(
    tmp_path: Path, mode: str, colour: tuple[int, ...], size: tuple[int, int]
) -> None:
    source = tmp_path / "theirs.png"
    Image.new(mode, size, colour).save(source)
    with pytest.raises(Permanent) as caught:
        conform_cutout(source, tmp_path / "ours.png", 400, 200)
    assert caught.value.code == "bad_result"
