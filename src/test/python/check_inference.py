"""Runs the examples in docs/inference.md against a service that knows labels.

    python check_inference.py HOST:PORT FOLDER       from the repository's root

They run in FOLDER, which has photos/belt-17.jpg, with that service in place of localhost:8080. All
must give the same label; the answer shown in the document must have the fields of the real one.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[3]
address, folder = sys.argv[1], pathlib.Path(sys.argv[2])


def run(command):
    done = subprocess.run(command, cwd=folder, timeout=60, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout[-1000:]}\n{done.stderr[-1000:]}"
    return done.stdout


def names(answer):
    return [(each["name"], each["datatype"], len(each["shape"])) for each in answer["outputs"]]


labels = set()
example = {}
for kind, text in re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "docs/inference.md").read_text(), re.M | re.S):
    text = text.replace("localhost:8080", address)
    if kind == "json":
        example = json.loads(text)
    elif kind == "sh":
        real = json.loads(run(["bash", "-euo", "pipefail", "-c", text]))
        assert not example or names(example) == names(real) and example.keys() == real.keys(), real
        labels.add(real["outputs"][0]["data"][0])
    else:
        assert kind == "python", kind
        labels.add(run([sys.executable, "-c", text]).split()[0])
assert example and len(labels) == 1, labels
print("labelled", *labels)
