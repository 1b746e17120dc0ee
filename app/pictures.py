"""Bytes from anywhere -> a picture that is safe to serve from here: decoded, scaled down, written anew as WebP.
Never passes bytes through, never takes SVG: what is served was made by us and carries no metadata and no markup."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from app.errors import Invalid

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
MAX_SIZE = (1600, 4000)
MIN_SIDE = 16  # smaller ones count readers or hold a place; they show nothing


class PictureError(Invalid):
    """Not a picture that can be shown; `message` says why, for the reader."""


@dataclass(frozen=True)
class Picture:
    content: bytes
    media_type: str
    width: int
    height: int


def prepare(data: bytes) -> Picture:
    """At most 1600 pixels wide and 4000 high; of an animation the first frame. Raises PictureError."""
    if len(data) > MAX_BYTES:
        raise PictureError(f"The picture is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        return _rewritten(data)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception as error:  # decoders raise whatever comes to them on malformed data, MemoryError among it
        raise PictureError("This is not a picture that can be shown (JPEG, PNG, GIF, WebP or AVIF).") from error


def _rewritten(data: bytes) -> Picture:
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise _too_many_pixels()
        if min(opened.size) < MIN_SIDE:
            raise PictureError("The picture is too small to show anything.")
        opened.draft("RGB", MAX_SIZE)  # lets a large JPEG be decoded at a fraction of its size
        image: Image.Image = ImageOps.exif_transpose(opened)
        image = _plain_colours(image, opened.info.get("icc_profile"))
        image.thumbnail(MAX_SIZE, Image.Resampling.LANCZOS)
    written = io.BytesIO()
    image.save(written, "WEBP", quality=82, method=4)
    return Picture(written.getvalue(), "image/webp", image.width, image.height)


def _plain_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB, as the profile goes; with transparency where there is some."""
    transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            image = converted or image
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the colours may be a little off
    mode = "RGBA" if transparent else "RGB"
    plain = image if image.mode == mode else image.convert(mode)
    return plain.copy() if plain is image else plain


def _too_many_pixels() -> PictureError:
    return PictureError(f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels.")
