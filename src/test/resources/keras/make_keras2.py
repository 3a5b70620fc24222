"""Makes keras2.h5, a file of Keras 2, and appends it to networks.json and networks.bin.

    pip install tensorflow-cpu==2.21.0 tf_keras==2.21.0
    python make_keras2.py .

To be run after make_networks.py.
"""
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tf_keras as keras
from appending import append, h5

L = keras.layers
RNG = np.random.default_rng(8)


def main(out):
    inner = keras.Input((7, 10, 4))
    y = L.BatchNormalization(name="bn")(L.SeparableConv2D(4, 3, use_bias=False, name="separable")(inner))
    base = keras.Model(inner, L.LeakyReLU(0.2, name="leaky")(y), name="base")
    head = keras.Sequential(
        [L.GlobalAveragePooling2D(name="pool", input_shape=(5, 8, 4)), L.Dense(3, name="dense")], name="head"
    )
    image = keras.Input((14, 20, 3), name="image")
    x = L.Conv2D(4, 3, strides=2, padding="same", name="conv")(image)
    x = L.BatchNormalization(name="norm")(x)
    x = L.ReLU(6.0, name="relu")(x * 2.0 + 1.0)
    x = L.DepthwiseConv2D(3, padding="same", activation="swish", name="depthwise")(x)
    x = base(x, training=False)
    model = keras.Model(image, head(L.Dropout(0.2, name="drop")(x)), name="keras2")
    for v in model.weights:
        positive = "variance" in v.name or "gamma" in v.name
        v.assign(RNG.uniform(0.5, 1.5, v.shape) if positive else RNG.normal(0, 0.5, v.shape))
    model.compile("adam", "mse")
    images = RNG.random((2, 14, 20, 3), "float32")
    layers = ["relu", "base", "head"]
    answers = [images]
    answers.append(keras.Model(image, model.get_layer("relu").output).predict(images, verbose=0))
    answers.append(keras.Model(image, x).predict(images, verbose=0))
    answers.append(model.predict(images, verbose=0))
    model.save(os.path.join(out, "keras2.h5"))
    append(out, h5("keras2", layers, answers), answers)


if __name__ == "__main__":
    main(sys.argv[1])
