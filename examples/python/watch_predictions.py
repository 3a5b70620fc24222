"""Prints predictions as they arrive, one JSON object per line; reads JSON and Avro.

Ctrl-C ends it. With --group it goes on where that group stopped the last time.
"""
import argparse
import json
import pathlib
import sys

from confluent_kafka import Consumer

import single_object

SCHEMA = pathlib.Path(__file__).parents[2] / "schemas" / "prediction.avsc"
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--bootstrap-server", default="localhost:9092")
parser.add_argument("--topic", default="predictions")
parser.add_argument("--group", default="watch-predictions")
parser.add_argument("--from-beginning", action="store_true", help="if the group is new")
parser.add_argument("--max", type=int, help="stop after this many")
parser.add_argument("--timeout", type=float, help="fail if none arrives for this many seconds")
options = parser.parse_args()

consumer = Consumer({
    "bootstrap.servers": options.bootstrap_server,
    "group.id": options.group,
    "auto.offset.reset": "earliest" if options.from_beginning else "latest",
    "isolation.level": "read_committed",  # hides the output of aborted transactions
})
consumer.subscribe([options.topic])
count = 0
try:
    while options.max is None or count < options.max:
        message = consumer.poll(options.timeout or 1)
        if message is None:
            if options.timeout:
                sys.exit(f"no prediction for {options.timeout:g} s, {count} before")
            continue
        if message.error():
            sys.exit(str(message.error()))
        value = message.value()
        if single_object.is_one(value):   # predictions.format: avro
            prediction = single_object.decode(value, SCHEMA)
        else:
            prediction = json.loads(value)
        print(json.dumps(prediction, default=str), flush=True)
        count += 1
except KeyboardInterrupt:
    pass
finally:
    consumer.close()                      # commits its position
