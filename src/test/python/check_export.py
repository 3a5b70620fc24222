"""Has services learn two shapes, with a linear head and with hidden layers, exports their versions
in both forms, and compares what Keras and TensorFlow answer with what the service answered.

    python check_export.py

Runs in the working directory, which has bin/imprint, on Kafka's default port. Needs
tensorflow-cpu, keras and pillow.
"""
import json
import os
import subprocess
from pathlib import Path
from random import Random

import keras
import numpy as np
import tensorflow as tf

from follow_readme import await_ready
from learn_from_labels import LABELS, picture

TOLERANCE = 1e-5
IMPRINT = str(Path("bin/imprint").absolute())

HEADS = {
    "linear": "{}",
    "hidden": "training: {hidden: {units: [16, 8], activation: silu, batch_norm: true}}",
}


def imprint(*arguments):
    command = [IMPRINT, *arguments]
    print("--", *command, flush=True)
    done = subprocess.run(command, timeout=300, stdout=subprocess.PIPE, text=True)
    print(done.stdout[:2000], flush=True)
    if done.returncode != 0:
        raise SystemExit(f"exit code {done.returncode}")
    return done.stdout


def draw():
    rng = Random(2)
    for label in LABELS:
        Path("shapes", label).mkdir(parents=True)
        for number in range(24):
            picture(label, rng).save(Path("shapes", label, f"{number}.jpg"), quality=90)
    Path("new").mkdir()
    for number in range(8):  # of various shapes, since the models resize them
        drawn = picture(LABELS[number % 2], rng).resize((150 + 40 * number, 300))
        drawn.save(f"new/new-{number}.jpg", quality=90)


def served():
    """The service's answers by image id: probabilities by label."""
    answers = {}
    for line in imprint("watch", "--from-beginning", "--timeout", "10").splitlines():
        prediction = json.loads(line)
        if prediction["image_id"].startswith("new-"):
            top = prediction["top"]
            answers[prediction["image_id"]] = {score["label"]: score["confidence"] for score in top}
    return answers


def learn_and_export():
    service = subprocess.Popen([IMPRINT, "serve", "--embedded", "--config", "head.yaml"])
    try:
        await_ready(service)
        imprint("send", "--label-by-folder", "shapes")
        imprint("retrain", "--wait")
        imprint("send", "new")
        answers = served()
        for form, out in (("keras", "shapes.keras"), ("savedmodel", "shapes.model")):
            imprint("models", "export", "v1", "--format", form, "--out", out)
    finally:
        service.terminate()
        service.wait(30)
    if len(answers) != 8:
        raise SystemExit(f"the service answered for {sorted(answers)}")
    return answers


def differences(answers, model):
    labels = Path("shapes.labels.txt").read_text(encoding="utf-8").splitlines()
    signature = tf.saved_model.load("shapes.model").signatures["serving_default"]
    largest = {"keras": 0, "savedmodel": 0}
    for image_id, answer in answers.items():
        file = tf.io.read_file(f"new/{image_id}")
        batch = tf.cast(tf.io.decode_jpeg(file, channels=3), tf.float32)[None]
        expected = np.array([answer[label] for label in labels])
        outputs = signature(images=batch)
        given = {"keras": model.predict(batch, verbose=0)[0],
                 "savedmodel": outputs["probabilities"].numpy()[0]}
        for form, probabilities in given.items():
            largest[form] = max(largest[form], float(np.abs(probabilities - expected).max()))
        best = outputs["label"].numpy()[0].decode()
        if answer[best] != max(answer.values()):
            raise SystemExit(f"{image_id}: {best} instead of {answer}")
    return largest


def main():
    for head, settings in HEADS.items():
        Path(head).mkdir()
        os.chdir(head)
        Path("head.yaml").write_text(settings, encoding="utf-8")
        draw()
        answers = learn_and_export()
        model = keras.models.load_model("shapes.keras")
        hidden = [layer.name for layer in model.layers if layer.name.startswith("hidden")]
        if len(hidden) != (2 if head == "hidden" else 0):
            raise SystemExit(f"the {head} head was exported with the hidden layers {hidden}")
        largest = differences(answers, model)
        print(f"export of a {head} head: the largest differences are {largest}")
        if not max(largest.values()) <= TOLERANCE:
            raise SystemExit("too large")
        os.chdir("..")


main()
