"""Sends pictures and labels as another program would, and waits until a version has learned them.

    python learn_from_labels.py HOST:PORT send      pictures, and the labels of half of them; prints
                                                    the others' as kcat takes them: id:feedback
    python learn_from_labels.py HOST:PORT await     until new pictures are told by version v1
"""
import io
import json
import random
import sys
import time

from confluent_kafka import Consumer, Producer
from PIL import Image, ImageDraw

EACH = 30


def draw(label, rng):
    """A disc or a square of any color and size, somewhere on a gray ground."""
    ground = rng.randrange(150, 256)
    image = Image.new("RGB", (224, 224), (ground, ground, ground))
    half = rng.randrange(30, 70)
    x, y = rng.randrange(half, 224 - half), rng.randrange(half, 224 - half)
    box = (x - half, y - half, x + half, y + half)
    color = tuple(rng.randrange(120) for _ in range(3))
    shape = ImageDraw.Draw(image)
    (shape.ellipse if label == "disc" else shape.rectangle)(box, fill=color)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def send(producer, rng):
    for number in range(EACH):
        for label in ("disc", "square"):
            image_id = f"{label}-{number}"
            feedback = json.dumps({"label": label, "who": "clients"})
            if label == "disc":
                producer.produce("feedback", key=image_id, value=feedback)  # before its image
            else:
                print(f"{image_id}:{feedback}")
            producer.produce("images", key=image_id, value=draw(label, rng))
    assert producer.flush(30) == 0, "not everything was sent"


def await_version(servers, producer, rng):
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "learned",
                         "auto.offset.reset": "earliest", "isolation.level": "read_committed"})
    consumer.subscribe(["predictions"])
    told, deadline = [], time.monotonic() + 60
    for number in range(60):
        label = ("disc", "square")[number % 2]
        producer.produce("images", key=f"new-{label}-{number}", value=draw(label, rng))
        producer.poll(0)
        message = consumer.poll(1)
        while message:
            if not message.error():
                prediction = json.loads(message.value())
                if prediction["model_version"].startswith("v1-"):
                    told.append(prediction)
            message = consumer.poll(0.1)
        if len(told) >= 10 or time.monotonic() > deadline:
            break
    producer.flush(10)
    consumer.close()
    assert len(told) >= 10, f"{len(told)} predictions by v1"
    right = sum(p["image_id"].split("-")[1] == p["label"] for p in told)
    print(json.dumps(told[-1]))
    print(f"{told[-1]['model_version']} tells {right} of {len(told)} new pictures")
    assert right >= 0.8 * len(told), told


if __name__ == "__main__":
    servers, what = sys.argv[1:]
    own = Producer({"bootstrap.servers": servers})
    if what == "send":
        send(own, random.Random(1))
    else:
        await_version(servers, own, random.Random(2))
