"""Sends the image files of a folder to be classified.

A picture's id is its path inside the folder; predictions and labels name it by that.
"""
import argparse
import pathlib
import sys

from confluent_kafka import Producer

IMAGES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"}
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--bootstrap-server", default="localhost:9092")
parser.add_argument("--topic", default="images")
options = parser.parse_args()

producer = Producer({
    "bootstrap.servers": options.bootstrap_server,
    "enable.idempotence": True,          # retries neither duplicate nor reorder
    "message.max.bytes": 9 * 1024 ** 2,  # librdkafka refuses more than 1 MB otherwise
    "queue.buffering.max.kbytes": 64 * 1024,
})
sent, failed = 0, 0


def delivered(error, message):
    global sent, failed
    if error:
        failed += 1
        print(f"{message.key().decode()}: {error}", file=sys.stderr)
    else:
        sent += 1


for file in sorted(options.folder.rglob("*")):
    if file.suffix.lower() not in IMAGES:
        continue
    image_id = file.relative_to(options.folder).as_posix()
    while True:
        try:
            producer.produce(options.topic, key=image_id, value=file.read_bytes(),
                             on_delivery=delivered)
            break
        except BufferError:              # the queue is full: wait until some of it is sent
            producer.poll(1)
    producer.poll(0)                     # calls delivered()
failed += producer.flush(30)             # anything still in the queue was not sent
print(f"sent {sent} images to {options.topic}")
sys.exit(1 if failed else 0)
