"""Sends one picture as an Avro ImageEvent, which can carry more than the image file."""
import argparse
import datetime
import pathlib

from confluent_kafka import Producer

import single_object

SCHEMA = pathlib.Path(__file__).parents[2] / "schemas" / "image-event.avsc"
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("file", type=pathlib.Path)
parser.add_argument("--id", help="id of the image; the file's name by default")
parser.add_argument("--group", help="the same for all pictures of a burst or of a product")
parser.add_argument("--source", help="where the picture comes from, for people")
parser.add_argument("--header", action="append", default=[], metavar="NAME=VALUE",
                    help="header of the record; the prediction has it too")
parser.add_argument("--bootstrap-server", default="localhost:9092")
parser.add_argument("--topic", default="images")
options = parser.parse_args()

image_id = options.id or options.file.name
event = {"image": options.file.read_bytes(), "image_id": image_id, "group": options.group,
         "source": options.source, "captured_at": datetime.datetime.now(datetime.timezone.utc)}
producer = Producer({"bootstrap.servers": options.bootstrap_server,
                     "message.max.bytes": 9 * 1024 ** 2})
producer.produce(options.topic, key=image_id, value=single_object.encode(event, SCHEMA),
                 headers=[tuple(header.split("=", 1)) for header in options.header])
if producer.flush(30):
    raise SystemExit(f"{image_id} was not sent")
print(f"sent {image_id} to {options.topic}")
