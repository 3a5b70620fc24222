"""Sends an Avro ImageEvent and reads predictions as another program would.

    python read_predictions.py HOST:PORT PICTURE

PICTURE was sent before, bare, under the id picture-1.
"""
import hashlib
import io
import json
import sys
import time

import fastavro
from confluent_kafka import Consumer, Producer

servers, path = sys.argv[1:]
picture = open(path, "rb").read()

# Avro's single-object encoding: C3 01, the schema's fingerprint (little-endian), the body.
schema = fastavro.schema.load_schema("schemas/image-event.avsc")
canonical = fastavro.schema.to_parsing_canonical_form(schema)
event = io.BytesIO()
event.write(b"\xc3\x01" + bytes.fromhex(fastavro.schema.fingerprint(canonical, "CRC-64-AVRO")))
fastavro.schemaless_writer(event, schema, {"image": picture, "image_id": "event-1", "group": "burst-1"})
producer = Producer({"bootstrap.servers": servers})
producer.produce("images", key=b"event-1", value=event.getvalue())
assert producer.flush(10) == 0, "the event was not sent"

consumer = Consumer({"bootstrap.servers": servers, "group.id": "test",
                     "auto.offset.reset": "earliest", "isolation.level": "read_committed"})
consumer.subscribe(["predictions"])
found, deadline = {}, time.monotonic() + 60
while len(found) < 2 and time.monotonic() < deadline:
    message = consumer.poll(1)
    if message and not message.error():
        prediction = json.loads(message.value())
        print(json.dumps(prediction))
        found[prediction["image_id"]] = prediction
consumer.close()

assert set(found) == {"picture-1", "event-1"}, found.keys()
for prediction in found.values():
    assert prediction["label"], prediction
    assert prediction["claim"]["sha256"] == hashlib.sha256(picture).hexdigest(), prediction
assert found["event-1"]["group"] == "burst-1", found["event-1"]
# The same picture, bare or in an event, has the same answer.
assert found["event-1"]["top"] == found["picture-1"]["top"], found
