"""Makes float16.h5, whose numbers are kept as float16 to halve the file, and appends it to
networks.json and networks.bin with what Keras answers on it.

    pip install tensorflow-cpu==2.21.0 keras==3.15.1
    python make_float16.py .

To be run after make_keras2.py.
"""
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import h5py
import keras
import make_networks
import numpy as np
from appending import append, h5
from keras import layers as L


def halve(group):
    """Each dataset as float16; Keras reads them back into its float32 variables."""
    for name, item in list(group.items()):
        if isinstance(item, h5py.Group):
            halve(item)
        elif item.dtype == "float32":
            numbers = item[()].astype("float16")
            del group[name]
            group[name] = numbers


def main(out):
    make_networks.RNG = rng = np.random.default_rng(10)
    image = keras.Input((6, 8, 3), name="image")
    x = L.BatchNormalization(name="norm")(L.Conv2D(4, 3, name="conv")(image))
    x = L.SeparableConv2D(5, 2, activation="relu", name="separable")(x)
    model = keras.Model(image, L.Dense(3, name="dense")(L.Flatten(name="flat")(x)), name="float16")
    make_networks.randomise(model)
    path = os.path.join(out, "float16.h5")
    model.save(path)
    with h5py.File(path, "r+") as file:
        halve(file["model_weights"])
    loaded = keras.models.load_model(path, compile=False)
    images = rng.random((2, 6, 8, 3), "float32")
    layers = ["norm", "dense"]
    ends = [loaded.get_layer(layer).output for layer in layers]
    answers = [images] + keras.Model(loaded.inputs, ends).predict(images, verbose=0)
    # The rounding shows: the reference is the file's, not that of the model before.
    assert abs(answers[2] - model.predict(images, verbose=0)).max() > 1e-4 * abs(answers[2]).max()
    append(out, h5("float16", layers, answers), answers)


if __name__ == "__main__":
    main(sys.argv[1])
