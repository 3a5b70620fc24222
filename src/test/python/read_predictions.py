"""Compares the predictions of one picture, sent bare and in an Avro event.

    python read_predictions.py PICTURE FILE

FILE has the predictions of picture-1 and event-1, JSON lines.
"""
import hashlib
import json
import sys

picture = open(sys.argv[1], "rb").read()
found = {p["image_id"]: p for p in map(json.loads, open(sys.argv[2]))}
assert set(found) == {"picture-1", "event-1"}, found.keys()
for prediction in found.values():
    assert prediction["label"], prediction
    assert prediction["claim"]["sha256"] == hashlib.sha256(picture).hexdigest(), prediction
assert found["event-1"]["group"] == "burst-1", found["event-1"]
# The same picture, bare or in an event, gets the same prediction.
assert found["event-1"]["top"] == found["picture-1"]["top"], found
