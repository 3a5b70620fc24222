"""Asks for the label of each image that the model is unsure of; Enter passes it over.

What is asked for most is what the model learns most from. Beside these a few images picked at
random are asked for, since only these tell how often it is right.
"""
import argparse
import getpass
import json
import random

from confluent_kafka import Consumer, Producer

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--under", type=float, default=0.6, help="confidence that is unsure")
parser.add_argument("--random", type=float, default=0.01, help="part of the others to ask for")
parser.add_argument("--max", type=int, help="stop after so many")
parser.add_argument("--bootstrap-server", default="localhost:9092")
options = parser.parse_args()

consumer = Consumer({"bootstrap.servers": options.bootstrap_server, "group.id": "label-uncertain",
                     "auto.offset.reset": "earliest", "isolation.level": "read_committed"})
consumer.subscribe(["predictions"])
producer = Producer({"bootstrap.servers": options.bootstrap_server})
asked = 0
try:
    while options.max is None or asked < options.max:
        message = consumer.poll(1)
        if message is None or message.error():
            continue
        prediction = json.loads(message.value())
        unsure = prediction["label"] is None or prediction["confidence"] < options.under
        if not unsure and random.random() >= options.random:
            continue
        asked += 1
        top = ", ".join(f"{t['label']} {t['confidence']:.2f}" for t in prediction["top"])
        label = input(f"{prediction['image_id']} ({top or 'no model yet'}): ").strip()
        if label:
            feedback = {"label": label, "claim": prediction["claim"], "who": getpass.getuser(),
                        "why": "uncertain" if unsure else "random"}
            producer.produce("feedback", key=prediction["image_id"], value=json.dumps(feedback))
            if producer.flush(30):
                raise SystemExit("the label was not sent")
except (KeyboardInterrupt, EOFError):
    print()
finally:
    consumer.close()
