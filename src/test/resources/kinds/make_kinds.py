"""Makes one photograph in kinds that the Java platform does not write.

pip install pillow numpy; then python make_kinds.py ../pictures/rotated.jpg
"""

import io
import struct
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).parent


def display_p3() -> bytes:
    """A profile (ICC.1:2001) of Display P3's primaries with a gamma of 2.2."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    text = b"desc\0\0\0\0" + struct.pack(">I", 11) + b"Display P3\0" + bytes(79)
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, 563, 0)
    tags = {
        b"desc": text + bytes(-len(text) % 4),
        b"cprt": b"text\0\0\0\0CC0\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.5151, 0.2412, -0.0011),
        b"gXYZ": xyz(0.2920, 0.6922, 0.0419),
        b"bXYZ": xyz(0.1571, 0.0666, 0.7841),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        table += name + struct.pack(">II", at + len(body), len(tag))
        body += tag
    size = 128 + len(table) + len(body)
    header = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp")
    header += bytes(28) + struct.pack(">iii", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + table + body


def on_screen(frame: Image.Image, width: int, height: int) -> bytes:
    """A GIF whose one frame covers a part of its screen."""
    file = io.BytesIO()
    frame.save(file, "GIF")
    gif = bytearray(file.getvalue())
    struct.pack_into("<HH", gif, 6, width, height)
    colors = 3 << ((gif[10] & 7) + 1)
    descriptor = gif.index(b",", 13 + colors)
    struct.pack_into("<HH", gif, descriptor + 1, 20, 20)
    return bytes(gif)


def ramp(picture: Image.Image) -> Image.Image:
    y, x = np.mgrid[0 : picture.height, 0 : picture.width]
    return Image.fromarray((255 * (x + y) / (picture.width + picture.height)).astype(np.uint8))


def save(picture: Image.Image, name: str, **options: object) -> None:
    picture.save(HERE / name, **options)


def save_as_seen(name: str) -> None:
    """A WebP's first frame, upright on white, as Pillow reads it."""
    with Image.open(HERE / name) as picture:
        frame = ImageOps.exif_transpose(picture).convert("RGBA")
    seen = Image.new("RGBA", frame.size, "white")
    seen.alpha_composite(frame)
    seen.convert("RGB").save(HERE.parent / "webp" / Path(name).with_suffix(".png"), optimize=True)


def main() -> None:
    photograph = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
    blended = ramp(photograph)
    save(Image.merge("LA", (photograph.convert("L"), blended)), "gray-alpha.png")
    save(Image.merge("RGBA", (*photograph.split(), blended)), "rgba.png")
    photograph.thumbnail((200, 200))
    width, height = photograph.size

    gray = photograph.convert("L")
    save(photograph.convert("CMYK"), "cmyk.jpg", quality=90)
    save(gray, "gray.jpg", quality=90)
    save(Image.fromarray(np.asarray(gray).astype(np.uint16) * 257), "gray-16-bit.png")
    save(photograph.quantize(64), "palette.png")
    save(photograph.convert("1"), "dithered-1-bit.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    save(photograph, "turned.png", exif=exif)
    profile = display_p3()
    save(photograph, "profile.png", icc_profile=profile)
    save(photograph, "profile.jpg", icc_profile=profile, quality=90)
    save(photograph.quantize(64), "palette.gif")
    small = photograph.crop((20, 20, 150, 100)).quantize(64)
    (HERE / "small-first-frame.gif").write_bytes(on_screen(small, width, height))
    save(photograph, "lossy.webp", quality=90)
    save(photograph, "lossless.webp", lossless=True)
    alpha = Image.merge("RGBA", (*photograph.split(), ramp(photograph)))
    save(alpha, "lossy-alpha.webp", quality=90)
    save(alpha, "lossless-alpha.webp", lossless=True)
    save(photograph, "turned.webp", quality=90, exif=exif)
    save(photograph, "animated.webp", save_all=True, append_images=[gray.convert("RGB")], quality=90)
    for webp in HERE.glob("*.webp"):
        save_as_seen(webp.name)


if __name__ == "__main__":
    main()
