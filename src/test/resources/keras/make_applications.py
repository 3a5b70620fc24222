"""Makes applications.keras of the layers that keras.applications has of its own, and appends it to
networks.json and networks.bin.

    python make_applications.py .

To be run after make_networks.py, with the same packages.
"""
import sys

import keras
import make_networks
import numpy as np
from appending import append
from keras import layers as L
from keras.src.applications.convnext import LayerScale, StochasticDepth
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer


def main(out):
    make_networks.RNG = np.random.default_rng(9)
    image = keras.Input((6, 8, 3), name="image")
    x = LayerScale(0.5, 4, name="scaled")(L.Conv2D(4, 3, padding="same", name="conv")(image))
    y = StochasticDepth(0.1, name="depth")(L.Conv2D(4, 1, name="other")(image))
    model = keras.Model(image, CustomScaleLayer(0.2, name="sum")([x, y]), name="applications")
    make_networks.randomise(model)
    numbers = []
    entry = make_networks.write(out, "applications", model, ["scaled", "sum"], True, numbers)
    append(out, entry, numbers)


if __name__ == "__main__":
    main(sys.argv[1])
