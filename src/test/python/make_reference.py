"""Draws the test pictures and writes Keras' outputs for them, once.

    pip install tensorflow-cpu==2.21.0 keras==3.15.1 pillow==13.0.0
    python src/test/python/make_reference.py          (from the repository's root)

src/test/resources/pictures: eight pictures, each of a different kind, along with embeddings.bin
(little-endian float32, C order) and reference.json. src/test/resources/cards: test cards of four
colors in every supported kind of file, with the colors in cards.json. They are decoded by Pillow,
not by the code under test; JPEGs of the first folder by TensorFlow, as the contract says.
"""
import io
import json
import os
import struct
import zlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
import tensorflow as tf
from PIL import Image, ImageDraw, ImageOps

SIZE = 224
PICTURES, CARDS = "src/test/resources/pictures", "src/test/resources/cards"


def scene(width, height, seed):
    """Overlapping soft shapes over a gradient: smooth and sharp places, all hues, some grain."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    base = np.stack([(np.sin(rng.uniform(2, 9) * (x * rng.uniform() + y * rng.uniform())) + 1) * 110
                     for _ in range(3)], -1)
    image = Image.fromarray(base.astype("u1"), "RGB")
    draw = ImageDraw.Draw(image)
    for _ in range(14):
        cx, cy = rng.integers(width), rng.integers(height)
        r = int(rng.integers(min(width, height) // 20, min(width, height) // 3))
        color = tuple(int(c) for c in rng.integers(0, 256, 3))
        kind = rng.integers(3)
        if kind == 0:
            draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=color)
        elif kind == 1:
            draw.rectangle((cx - r, cy - r // 2, cx + r, cy + r // 2), fill=color)
        else:
            draw.regular_polygon((int(cx), int(cy), r), int(rng.integers(3, 8)),
                                 rotation=int(rng.integers(90)), fill=color)
    grain = rng.normal(0, 3, (height, width, 3))
    return np.clip(np.asarray(image) + grain, 0, 255).astype("u1")


def on_white(image):
    rgba = np.asarray(image.convert("RGBA")).astype("f8")
    alpha = rgba[..., 3:] / 255
    return rgba[..., :3] * alpha + 255 * (1 - alpha)


def decode(path):
    """height x width x 3 in 0..255, upright, alpha on white, not rounded."""
    data = open(path, "rb").read()
    with Image.open(path) as image:
        if image.format == "JPEG":
            pixels = tf.io.decode_jpeg(data, 3).numpy()
            # EXIF orientation, from Pillow's own table
            method = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}.get(image.getexif().get(0x0112))
            turned = Image.fromarray(pixels)
            turned = turned if method is None else turned.transpose(Image.Transpose(method))
            other = np.asarray(ImageOps.exif_transpose(image).convert("RGB")).astype(int)
            pixels = np.asarray(turned)
            assert pixels.shape == other.shape and abs(pixels - other).mean() < 2, path
            return pixels
        if "sixteen" in path:  # Pillow has no 16-bit RGB; the upper byte counts
            return tf.io.decode_png(data, 3, dtype=tf.uint16).numpy() >> 8
        return on_white(image)


def make_pictures():
    os.makedirs(PICTURES, exist_ok=True)
    at = lambda name: os.path.join(PICTURES, name)
    Image.fromarray(scene(320, 240, 1)).convert("L").save(at("gray-progressive.jpg"), quality=85,
                                                           progressive=True)
    Image.fromarray(scene(260, 260, 2)).convert("CMYK").save(at("cmyk.jpg"), quality=80)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(scene(400, 250, 3)).save(at("rotated.jpg"), quality=85, exif=exif)
    rgba = np.dstack([scene(200, 230, 4), np.tile(np.linspace(0, 255, 200).astype("u1"), (230, 1))])
    Image.fromarray(rgba, "RGBA").quantize(200).convert("RGBA").save(at("alpha.png"), optimize=True)
    palette = Image.fromarray(scene(240, 180, 5)).quantize(64)
    palette.save(at("palette.png"), transparency=3, optimize=True)
    wide = scene(120, 150, 6).astype("u2") * 256 + 77
    open(at("sixteen-bit.png"), "wb").write(tf.io.encode_png(wide, compression=9).numpy())
    frames = [Image.fromarray(scene(220, 160, s)).quantize(96) for s in (7, 8)]
    frames[0].save(at("animated.gif"), save_all=True, append_images=frames[1:], transparency=5,
                   duration=80, loop=0)
    Image.fromarray(scene(210, 140, 9)).quantize(256).save(at("palette.bmp"))


def write_reference():
    names = sorted(n for n in os.listdir(PICTURES) if n.rsplit(".")[-1] in ("jpg", "png", "gif", "bmp"))
    model = keras.models.load_model("backbones/efficientnet-lite0.keras")
    pixels = [tf.image.resize(decode(os.path.join(PICTURES, n)).astype("f4"), (SIZE, SIZE),
                              method="bilinear", antialias=False) for n in names]
    y = model.predict((np.stack(pixels) - 127) / np.float32(128), verbose=0).astype("<f4")
    y.tofile(os.path.join(PICTURES, "embeddings.bin"))
    with open(os.path.join(PICTURES, "reference.json"), "w") as f:
        json.dump(dict(pictures=names, shape=list(y.shape), absmax=float(abs(y).max()),
                       keras=keras.__version__), f, indent=1)
        f.write("\n")


# Test cards: 16 x 12 pixels, four quadrants (top left, top right, bottom left, bottom right).
COLORS = np.array([[200, 30, 40], [20, 180, 60], [40, 60, 220], [120, 120, 120]], "u1")
ALPHAS = np.array([255, 128, 0, 60], "u1")


def quadrants(values):
    values = np.asarray(values)
    rows = np.array([[0, 1], [2, 3]]).repeat(6, 0).repeat(8, 1)
    return values[rows]


def png(width, height, depth, kind, raw_rows, extra=()):
    """A PNG written manually, for depths that Pillow does not write."""
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    data = b"".join(b"\0" + row for row in raw_rows)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
            + b"".join(chunk(n, b) for n, b in extra) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def bmp32(top_down, masks):
    """A 32-bit BMP; masks are red, green, blue, alpha of a V4 header, or None for a plain one."""
    colors = quadrants(np.dstack([COLORS[None, :, ::-1], ALPHAS[None, :, None]])[0])
    rows = colors if top_down else colors[::-1]
    height = -12 if top_down else 12
    if masks is None:
        header = struct.pack("<IiiHHIIiiII", 40, 16, height, 1, 32, 0, 0, 2835, 2835, 0, 0)
    else:
        header = struct.pack("<IiiHHIIiiII4I4s48s", 108, 16, height, 1, 32, 3, 0, 2835, 2835, 0, 0,
                             *masks, b"BGRs", b"\0" * 48)
    offset = 14 + len(header)
    body = rows.astype("u1").tobytes()
    return struct.pack("<2sIHHI", b"BM", offset + len(body), 0, 0, offset) + header + body


def make_cards():
    os.makedirs(CARDS, exist_ok=True)
    rgb = Image.fromarray(quadrants(COLORS), "RGB")
    gray = Image.fromarray(quadrants(np.array([0, 90, 170, 255], "u1")), "L")
    rgba = Image.fromarray(quadrants(np.hstack([COLORS, ALPHAS[:, None]])), "RGBA")
    solid = [[int(c) for c in color] for color in COLORS]
    grays = [[v] * 3 for v in (0, 90, 170, 255)]
    blended = [[float(c) * a / 255 + 255 - a for c in color] for color, a in zip(COLORS.astype(int), ALPHAS.astype(int))]
    cards = {}

    def card(name, colors, data, tolerance=0.01):
        if isinstance(data, Image.Image):
            out = io.BytesIO()
            data.save(out, name.rsplit(".")[-1].replace("jpg", "jpeg"), **options.pop(name, {}))
            data = out.getvalue()
        open(os.path.join(CARDS, name), "wb").write(data)
        cards[name] = dict(colors=colors, tolerance=tolerance)

    options = {"rgb.jpg": dict(quality=95, subsampling=0), "rgb-progressive.jpg": dict(quality=95, progressive=True, subsampling=0),
               "cmyk.jpg": dict(quality=95), "gray.jpg": dict(quality=95),
               "rgb-transparent-color.png": dict(transparency=(200, 30, 40)),
               "palette-transparent.png": dict(transparency=1),
               "palette-4-bit.png": dict(bits=4), "palette-1-bit.png": dict(bits=1),
               "transparent.gif": dict(transparency=2), "interlaced.gif": dict(interlace=1),
               "rgb-lossy.webp": dict(quality=95), "rgba-lossy.webp": dict(quality=95, exact=True),
               "rgb-lossless.webp": dict(lossless=True), "rgba-lossless.webp": dict(lossless=True, exact=True),
               "gray-lossless.webp": dict(lossless=True, method=6)}
    four = rgb.quantize(4)
    index = [four.getpixel((x, y)) for x, y in ((2, 2), (13, 2), (2, 9), (13, 9))]
    without = lambda i: [[255] * 3 if k == i else c for k, c in zip(index, solid)]
    two = Image.fromarray(quadrants(np.array([0, 1, 1, 0], "u1")), "L")
    two = two.convert("P")
    two.putpalette([200, 30, 40, 20, 180, 60])
    pair = [solid[0], solid[1], solid[1], solid[0]]

    card("rgb.jpg", solid, rgb, 6)
    card("rgb-progressive.jpg", solid, rgb, 6)
    card("gray.jpg", grays, gray, 6)
    card("cmyk.jpg", solid, rgb.convert("CMYK"), 8)
    card("rgb.png", solid, rgb)
    card("rgba.png", blended, rgba)
    card("rgb-transparent-color.png", without(index[0]), rgb)
    card("palette-4-bit.png", solid, four)
    card("palette-1-bit.png", pair, two)
    card("palette-transparent.png", without(1), four)
    card("gray.png", grays, gray)
    card("gray-alpha.png", [[v * a / 255 + 255 - a] * 3 for (v, _, _), a in zip(grays, ALPHAS.astype(int))],
         Image.merge("LA", (gray, Image.fromarray(quadrants(ALPHAS), "L"))))
    card("gray-1-bit.png", [[0] * 3, [255] * 3, [255] * 3, [0] * 3],
         png(16, 12, 1, 0, [b"\x00\xff"] * 6 + [b"\xff\x00"] * 6))
    card("gray-1-bit-transparent.png", [[255] * 3] * 4,
         png(16, 12, 1, 0, [b"\x00\xff"] * 6 + [b"\xff\x00"] * 6, [(b"tRNS", b"\0\0")]))
    card("gray-2-bit.png", [[0] * 3, [85] * 3, [170] * 3, [255] * 3],
         png(16, 12, 2, 0, [b"\x00\x00\x55\x55"] * 6 + [b"\xaa\xaa\xff\xff"] * 6))
    wide = quadrants(COLORS.astype(">u2") * 257).astype(">u2")
    card("rgb-16-bit.png", solid, png(16, 12, 16, 2, [row.tobytes() for row in wide]))
    wide_alpha = quadrants(np.hstack([COLORS, ALPHAS[:, None]]).astype(">u2") * 257).astype(">u2")
    card("rgba-16-bit.png", blended, png(16, 12, 16, 6, [row.tobytes() for row in wide_alpha]))
    wide_gray = quadrants(np.array([0, 90, 170, 255], ">u2") * 257).astype(">u2")
    card("gray-16-bit.png", grays, png(16, 12, 16, 0, [row.tobytes() for row in wide_gray]))
    card("palette.gif", solid, four)
    card("interlaced.gif", solid, four)
    card("transparent.gif", without(2), four)
    out = io.BytesIO()
    four.save(out, "gif", save_all=True, append_images=[gray.convert("P")])
    card("animated.gif", solid, out.getvalue())
    card("rgb-24-bit.bmp", solid, rgb)
    card("palette-8-bit.bmp", solid, four)
    card("gray-8-bit.bmp", grays, gray)
    card("black-white-1-bit.bmp", [[0] * 3, [255] * 3, [255] * 3, [0] * 3],
         Image.fromarray(quadrants(np.array([0, 255, 255, 0], "u1")), "L").convert("1"))
    card("rgb-32-bit.bmp", solid, bmp32(False, None))
    card("rgb-32-bit-top-down.bmp", solid, bmp32(True, None))
    card("rgba-32-bit.bmp", blended, bmp32(False, (0xFF0000, 0xFF00, 0xFF, 0xFF000000)), 0.6)  # Java2D rounds
    five = quadrants(np.array([0xF800, 0x07E0, 0x001F, 0xFFFF], "<u2")).astype("<u2")[::-1]
    header = struct.pack("<IiiHHIIiiII3I", 40, 16, 12, 1, 16, 3, 0, 2835, 2835, 0, 0, 0xF800, 0x7E0, 0x1F)
    card("rgb-16-bit.bmp", [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255] * 3],
         struct.pack("<2sIHHI", b"BM", 14 + len(header) + 384, 0, 0, 14 + len(header)) + header + five.tobytes())
    rle = b"".join(bytes([8, a, 8, b, 0, 0]) for a, b in [(2, 3)] * 6 + [(0, 1)] * 6) + b"\0\1"
    colors = b"".join(bytes([*color[::-1], 0]) for color in COLORS.tolist())
    header = struct.pack("<IiiHHIIiiII", 40, 16, 12, 1, 8, 1, len(rle), 2835, 2835, 4, 4) + colors
    card("palette-rle.bmp", solid, struct.pack("<2sIHHI", b"BM", 14 + len(header) + len(rle), 0, 0, 14 + len(header)) + header + rle)
    card("rgb-lossy.webp", solid, rgb, 8)
    card("rgba-lossy.webp", blended, rgba, 8)
    card("rgb-lossless.webp", solid, rgb)
    card("rgba-lossless.webp", blended, rgba, 0.6)
    card("gray-lossless.webp", grays, gray)
    out = io.BytesIO()
    rgb.save(out, "webp", save_all=True, append_images=[gray.convert("RGB")], lossless=True)
    card("animated.webp", solid, out.getvalue())
    with open(os.path.join(CARDS, "cards.json"), "w") as f:
        json.dump(cards, f, indent=1)
        f.write("\n")


def check_cards():
    """Pillow must see the same colors, if it reads this kind at all."""
    for name, expected in json.load(open(os.path.join(CARDS, "cards.json"))).items():
        with Image.open(os.path.join(CARDS, name)) as image:
            if "16-bit.png" in name or (name == "rgba-32-bit.bmp" and image.mode != "RGBA"):
                continue
            pixels = on_white(image)
        seen = [pixels[y, x] for x, y in ((3, 3), (12, 3), (3, 9), (12, 9))]
        worst = max(abs(np.array(a) - b).max() for a, b in zip(seen, expected["colors"]))
        assert worst <= expected["tolerance"], (name, [s.tolist() for s in seen], expected)


if __name__ == "__main__":
    make_pictures()
    write_reference()
    make_cards()
    check_cards()
