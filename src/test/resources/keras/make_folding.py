"""Makes folding_around.keras and .h5, whose batch norms stand before convolutions and around Dense
layers, and folding_around.json and .bin, which hold what Keras answers as networks.json and .bin do.

    python make_folding.py .

Wants the same packages as make_networks.py.
"""
import json
import os
import sys

import keras
import make_networks
import numpy as np
from keras import layers as L


def outputs(x):
    bn = L.BatchNormalization
    strided = L.Conv2D(4, 3, strides=2, use_bias=False, name="strided")
    both = bn(name="before_both", center=False)(x)
    seen = bn(name="seen_by_two")(x)
    features = L.GlobalAveragePooling2D(name="features")(L.Conv2D(6, 1, name="wide")(x))
    deep = L.Conv2D(6, 2, activation="elu", name="deep")(x)
    return [
        strided(bn(name="before_strided")(x)),
        L.Conv2D(4, 1, padding="same", activation="tanh", name="point")(bn(name="before_point")(x)),
        L.Conv2D(4, 3, padding="same", name="padded")(bn(name="before_padded")(x)),
        L.Conv2D(6, (3, 2), groups=3, name="grouped")(bn(name="before_grouped", scale=False)(deep)),
        L.Conv2D(12, 2, groups=6, name="each")(bn(name="before_each")(deep)),
        L.DepthwiseConv2D(3, depth_multiplier=2, name="depthwise")(bn(name="before_depthwise")(x)),
        L.SeparableConv2D(4, 3, name="separable")(bn(name="before_separable")(x)),
        bn(name="after_both")(L.Conv2D(5, 2, name="both")(both)),
        L.Add(name="sum")([L.Conv2D(3, 1, name="one_of_two")(seen), seen]),
        L.Dense(4, activation="tanh", name="dense")(bn(name="before_dense")(features)),
        bn(name="after_dense")(L.Dense(4, use_bias=False, name="linear")(features)),
        bn(name="after_active")(L.Dense(4, activation="elu", name="active")(features)),
        bn(name="after_maps")(L.Dense(4, name="maps")(bn(name="before_maps")(x))),
        bn(name="over_rows", axis=1)(L.Dense(4, name="rows")(x)),
        L.Dense(4, name="columns")(bn(name="over_columns", axis=2)(x)),
    ]


def main(out):
    keras.utils.clear_session()
    keras.utils.set_random_seed(7)
    make_networks.RNG = np.random.default_rng(11)
    image = keras.Input((7, 8, 3), name="image")
    ends = outputs(image)
    model = keras.Model(image, ends, name="folding_around")
    make_networks.randomise(model)
    names = [end._keras_history.operation.name for end in ends]
    numbers = []
    entry = make_networks.write(out, "folding_around", model, names, True, numbers)
    np.concatenate(numbers).tofile(os.path.join(out, "folding_around.bin"))
    with open(os.path.join(out, "folding_around.json"), "w") as f:
        json.dump(dict(keras=keras.__version__, networks=[entry]), f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
