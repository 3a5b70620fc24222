"""Says what images show: one image, or a CSV file of id,label.

A verdict may stand in place of a label: --verdict correct, incorrect or forget. With --claims
images are found however old they are: give it the lines that watch_predictions.py printed.
"""
import argparse
import csv
import getpass
import json
import sys

from confluent_kafka import Producer

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("id", nargs="?")
parser.add_argument("label", nargs="?")
parser.add_argument("--verdict", choices=["correct", "incorrect", "forget"])
parser.add_argument("--csv", help="file of id,label; - for standard input")
parser.add_argument("--claims", help="file of predictions, one JSON object per line")
parser.add_argument("--who", default=getpass.getuser(), help="who gives the label; your login by default")
parser.add_argument("--why", choices=["random", "uncertain", "wrong", "other"], default="other")
parser.add_argument("--bootstrap-server", default="localhost:9092")
parser.add_argument("--topic", default="feedback")
options = parser.parse_args()
if bool(options.csv) == bool(options.id) or (options.id and
                                             bool(options.label) == bool(options.verdict)):
    parser.error("give an id with a label or a --verdict, or a --csv")

rows = [(options.id, options.label)]
if options.csv:
    with sys.stdin if options.csv == "-" else open(
            options.csv, newline="", encoding="utf-8-sig") as file:
        rows = [(row[0], row[1]) for row in csv.reader(file) if row]
claims = {}
if options.claims:
    with open(options.claims) as file:
        claims = {p["image_id"]: p["claim"] for p in map(json.loads, file)}

failed = []
producer = Producer({"bootstrap.servers": options.bootstrap_server, "enable.idempotence": True})
for image_id, label in rows:
    feedback = {"who": options.who, "why": options.why, "claim": claims.get(image_id)}
    feedback.update({"label": label} if label else {"verdict": options.verdict})
    producer.produce(options.topic, key=image_id, value=json.dumps(feedback),
                     on_delivery=lambda error, message: error and failed.append(str(error)))
    producer.poll(0)
unsent = producer.flush(30)
if failed or unsent:
    sys.exit(f"{len(failed) + unsent} of {len(rows)} were not sent {failed[:1]}")
print(f"sent {len(rows)} to {options.topic}")
