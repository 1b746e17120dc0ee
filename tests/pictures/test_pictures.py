"""What is served as a picture was decoded and written here; whatever else comes in is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageStat, PngImagePlugin

from app.pictures import PictureError, prepare


def picture(form: str = "PNG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: object) -> bytes:
    """Left half red, right half blue, so that turning it shows."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    image.convert(mode).save(written, form, **options)
    return written.getvalue()


def shown(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int) -> bytes:
    """A PNG that claims a size, and is of nothing but zeros."""
    rows = zlib.compress(bytes(1_000_000))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


KINDS = {
    "PNG": "RGB L P 1 RGBA LA",
    "JPEG": "RGB L CMYK",
    "GIF": "RGB L P 1 RGBA",
    "WEBP": "RGB RGBA",
    "AVIF": "RGB RGBA",
}


@pytest.mark.parametrize(("form", "mode"), [(form, mode) for form, modes in KINDS.items() for mode in modes.split()])
def test_each_kind_of_picture_comes_out_as_webp(form: str, mode: str):
    prepared = prepare(picture(form, mode=mode))
    image = shown(prepared.content)
    assert (prepared.media_type, image.format) == ("image/webp", "WEBP")
    assert (prepared.width, prepared.height) == image.size == (300, 200)
    left, right = (ImageStat.Stat(image.convert("RGB").crop((x, 0, x + 150, 200))).mean for x in (0, 150))
    assert left[0] > 60 > right[0]  # red, or a grey made of it


@pytest.mark.parametrize(
    ("size", "becomes"), [((4000, 3000), (1600, 1200)), ((1000, 8000), (500, 4000)), ((1600, 90), (1600, 90))]
)
def test_large_pictures_are_scaled_down(size: tuple[int, int], becomes: tuple[int, int]):
    prepared = prepare(picture("JPEG", size))
    assert (prepared.width, prepared.height) == shown(prepared.content).size == becomes


def test_a_turned_photo_stands_upright_and_tells_nothing():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right to show
    exif[0x010F] = "Secret camera"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 0.0)}
    prepared = prepare(picture("JPEG", exif=exif, comment=b"secret comment"))
    image = shown(prepared.content)
    assert image.size == (200, 300)
    red, _, blue = image.getpixel((100, 20))
    assert red - blue > 150
    assert b"ecret" not in prepared.content
    assert not image.getexif()


def test_transparency_is_kept():
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    written = io.BytesIO()
    image.save(written, "PNG")
    assert shown(prepare(written.getvalue()).content).getpixel((5, 5))[3] == 0


def test_colours_follow_their_profile_and_a_broken_one_does_no_harm():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for given_profile in (profile, b"broken"):
        image = shown(prepare(picture(icc_profile=given_profile)).content)
        assert image.getpixel((20, 100))[0] > 240
        assert "icc_profile" not in image.info


def test_of_an_animation_the_first_frame_is_shown():
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    image = shown(prepare(written.getvalue()).content)
    assert getattr(image, "n_frames", 1) == 1
    assert image.getpixel((5, 5))[0] > 240


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a picture"),
        (SVG, "not a picture"),
        (b'<?xml version="1.0"?>' + SVG, "not a picture"),
        (b"<html><body>404</body></html>", "not a picture"),
        (b"GIF89a", "not a picture"),
        (picture()[:200], "not a picture"),
        (picture("JPEG")[:400], "not a picture"),
        (picture("TIFF"), "not a picture"),
        (picture("BMP"), "not a picture"),
        (picture(size=(1, 1)), "too small"),
        (picture(size=(600, 2)), "too small"),
        (png(30_000, 30_000), "more than 40 million pixels"),
        (png(9_500, 9_500), "more than 40 million pixels"),
        (png(7_000, 7_000), "more than 40 million pixels"),
        (bytes(10_000_001), "larger than 10 MB"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else str(len(value)),
)
def test_what_is_not_a_picture_is_refused(data: bytes, words: str):
    with pytest.raises(PictureError, match=words):
        prepare(data)


def test_a_file_that_is_two_things_leaves_as_one():
    """Markup in a comment, and behind the picture's end."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "<script>alert(1)</script>")
    prepared = prepare(picture(pnginfo=text) + b"<script>alert(2)</script>")
    assert b"script" not in prepared.content


@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "AVIF"]), st.randoms(use_true_random=False))
def test_a_damaged_picture_is_shown_or_refused(form, random):
    data = bytearray(picture(form, (40, 30)))
    for _ in range(random.randint(1, 8)):
        data[random.randrange(len(data))] = random.randrange(256)
    try:
        prepared = prepare(bytes(data))
    except PictureError:
        return
    assert shown(prepared.content).size == (prepared.width, prepared.height)
