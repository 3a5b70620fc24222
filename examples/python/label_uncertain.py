"""Asks for the label of each image that the model is unsure of; Enter skips it.

These images are wrong most often, so they show soonest what goes wrong. They do not teach fastest:
on the pictures that this was measured with, a model needed 250 labels of what it was unsure of to get as
good as with 170 labels of images picked at random. So it also asks about those that the service picked at
random (its setting sampling.random), whatever the model says of them: answer all of these, because they
alone tell how often the model is right.
"""
import argparse
import getpass
import json

from confluent_kafka import Consumer, Producer

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--under", type=float, default=0.6, help="ask below this confidence")
parser.add_argument("--max", type=int, help="stop after this many")
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
        picked = prediction.get("ask", False)
        if not unsure and not picked:
            continue
        asked += 1
        top = ", ".join(f"{t['label']} {t['confidence']:.2f}" for t in prediction["top"])
        if prediction.get("unlearned"):  # the picture may show one of these
            top += "; not learned yet: " + ", ".join(prediction["unlearned"])
        label = input(f"{prediction['image_id']} ({top or 'no model yet'}): ").strip()
        if label:
            feedback = {"label": label, "claim": prediction["claim"], "who": getpass.getuser(),
                        "why": "random" if picked else "uncertain"}
            producer.produce("feedback", key=prediction["image_id"], value=json.dumps(feedback))
            if producer.flush(30):
                raise SystemExit("the label was not sent")
except (KeyboardInterrupt, EOFError):
    print()
finally:
    consumer.close()
