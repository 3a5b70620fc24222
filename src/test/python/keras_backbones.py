"""Keras' side of bin/benchmark-backbones, which runs it.

    python keras_backbones.py make FOLDER NETWORK
        writes NETWORK.keras, a network of keras.applications with random weights, and NETWORK.bin,
        pictures for it: little-endian float32, images × height × width × 3, in 0..255
    python keras_backbones.py measure FOLDER NETWORK
        runs Keras' predict on these pictures, prints the time and memory as a line of JSON, and
        writes the outputs to NETWORK.keras.bin

For EfficientNet-Lite0, which Keras does not include, NETWORK.keras must already exist.
"""
import json
import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
import tensorflow as tf

BATCH = 32
SEED = 7
BUNDLED = "EfficientNet-Lite0"
SIDES = {"InceptionV3": 299}
MODULES = {
    "VGG16": keras.applications.vgg16,
    "ResNet50": keras.applications.resnet50,
    "InceptionV3": keras.applications.inception_v3,
    "MobileNet": keras.applications.mobilenet,
    "EfficientNetB0": keras.applications.efficientnet,
}


def make(folder, name):
    keras.utils.set_random_seed(SEED)
    side = SIDES.get(name, 224)
    if name != BUNDLED:
        build = getattr(keras.applications, name)
        model = build(weights=None, include_top=False, pooling="avg", input_shape=(side, side, 3))
        stir(model)
        model.save(os.path.join(folder, name + ".keras"))
    coarse = np.random.default_rng(SEED).uniform(0, 255, (BATCH, 8, 8, 3))
    pixels = tf.image.resize(coarse, (side, side)).numpy()
    pixels.astype("<f4").tofile(os.path.join(folder, name + ".bin"))


def stir(model):
    """Fresh batch norms do nothing; trained ones do."""
    rng = np.random.default_rng(SEED)
    for v in model.weights:
        if "batch_normalization" in v.path or "bn" in v.path:
            positive = v.path.endswith(("variance", "gamma"))
            v.assign(rng.uniform(0.8, 1.2, v.shape) if positive else rng.normal(0, 0.1, v.shape))


def measure(folder, name):
    pixels = np.fromfile(os.path.join(folder, name + ".bin"), "<f4").reshape(BATCH, -1, 3)
    side = round(pixels.shape[1] ** 0.5)
    pixels = pixels.reshape(BATCH, side, side, 3)
    x = (pixels - 127) / 128 if name == BUNDLED else MODULES[name].preprocess_input(pixels.copy())
    start = time.perf_counter()
    model = keras.models.load_model(os.path.join(folder, name + ".keras"), compile=False)
    model.predict(x[:1], verbose=0)
    load = time.perf_counter() - start
    alone = median(lambda: model.predict(x[:1], verbose=0), 1)
    batch = median(lambda: model.predict(x, batch_size=BATCH, verbose=0), 4)
    answers = model.predict(x, batch_size=BATCH, verbose=0)
    answers.astype("<f4").tofile(os.path.join(folder, name + ".keras.bin"))
    print(json.dumps(dict(
        load_seconds=load, memory_mib=resident_mib(), alone_ms=alone, batch_ms=batch / BATCH,
    )))


def median(run, seconds):
    """In milliseconds, over at least three runs after one that is not counted."""
    run()
    times = []
    while len(times) < 3 or sum(times) < 1e3 * seconds:
        start = time.perf_counter()
        run()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def resident_mib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) // 1024


if __name__ == "__main__":
    {"make": make, "measure": measure}[sys.argv[1]](*sys.argv[2:])
