"""Draws pictures for a service to learn from, and judges its predictions for others.

    python learn_from_labels.py draw FOLDER      FOLDER/python, go and kcat to learn from, with
                                                 FOLDER/NAME.csv of id,label; FOLDER/new to predict
    python learn_from_labels.py judge FILE ...   predictions, JSON lines: the last of each new
                                                 picture is by version v1, and most are right
"""
import json
import pathlib
import random
import sys

from PIL import Image, ImageDraw

LABELS = ("disc", "square")


def picture(label, rng):
    """A disc or a square of any color and size, somewhere on a gray ground."""
    ground = rng.randrange(150, 256)
    image = Image.new("RGB", (224, 224), (ground, ground, ground))
    half = rng.randrange(30, 70)
    x, y = rng.randrange(half, 224 - half), rng.randrange(half, 224 - half)
    box = (x - half, y - half, x + half, y + half)
    color = tuple(rng.randrange(120) for _ in range(3))
    shape = ImageDraw.Draw(image)
    (shape.ellipse if label == "disc" else shape.rectangle)(box, fill=color)
    return image


def draw(folder):
    rng = random.Random(1)
    for part in ("python", "go", "kcat", "new"):
        (folder / part).mkdir(parents=True)
        with open(folder / f"{part}.csv", "w") as labels:
            for number in range(20):
                label = LABELS[number % 2]
                name = f"{part}-{label}-{number}.jpg"
                picture(label, rng).save(folder / part / name, quality=90)
                print(f"{name},{label}", file=labels)


def judge(files):
    for file in files:
        told = {}
        for line in open(file):
            prediction = json.loads(line)
            if prediction["image_id"].startswith("new-"):
                told[prediction["image_id"]] = prediction
        assert len(told) == 20, f"{file} has {len(told)} of 20 new pictures"
        versions = {p["model_version"] for p in told.values()}
        assert len(versions) == 1 and versions.pop().startswith("v1-"), told
        right = sum(image_id.split("-")[1] == p["label"] for image_id, p in told.items())
        print(f"{file}: v1 tells {right} of 20 new pictures")
        assert right >= 16, told


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        draw(pathlib.Path(sys.argv[2]))
    else:
        judge(sys.argv[2:])
