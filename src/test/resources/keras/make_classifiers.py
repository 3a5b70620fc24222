"""Makes the small classifiers of this folder and what Keras answers on them.

    pip install keras==3.15.1 "jax[cpu]"
    KERAS_BACKEND=jax python make_classifiers.py .

They end as networks of keras.applications and of tutorials do, with random weights (seed 11);
classifier_NAME.keras is the file. classifiers.json says how many labels each has, and
classifiers.bin holds two images (12 x 16 x 3) and then each one's probabilities for them
(little-endian float32, C order, images first). colors.keras is one that can be right.
"""
import json
import os
import sys

import keras
import numpy as np
from keras import layers as L
from keras import ops

RNG = np.random.default_rng(11)
SHAPE = (12, 16, 3)


def conv(x, filters=6):
    return L.Conv2D(filters, 3, strides=2, activation="relu", name="conv")(x)


def efficientnet(x):
    x = L.GlobalAveragePooling2D(name="avg_pool")(conv(x))
    return L.Dense(5, activation="softmax", name="predictions")(L.Dropout(0.2, name="top_dropout")(x))


def mobilenet(x):
    x = L.GlobalAveragePooling2D(keepdims=True, name="pool")(conv(x))
    x = L.Conv2D(5, 1, padding="same", name="conv_preds")(L.Dropout(0.001, name="dropout")(x))
    return L.Activation("softmax", name="predictions")(L.Reshape((5,), name="reshape_2")(x))


def mobilenet_v3(x):
    x = L.GlobalAveragePooling2D(keepdims=True, name="avg_pool")(conv(x))
    x = L.Activation("hard_silu", name="hard_swish")(L.Conv2D(8, 1, name="conv_2")(x))
    x = L.Conv2D(5, 1, name="logits")(L.Dropout(0.2, name="dropout")(x))
    return L.Activation("softmax", name="predictions")(L.Flatten(name="flatten")(x))


def vgg(x):
    x = L.Dense(8, activation="relu", name="fc1")(L.Flatten(name="flatten")(conv(x)))
    x = L.Dense(7, activation="relu", name="fc2")(x)
    return L.Dense(5, activation="softmax", name="predictions")(x)


def squeezenet(x):
    x = L.GlobalAveragePooling2D(name="pool")(conv(x, 5))
    return L.Softmax(name="loss")(x)


def logits(x):
    x = L.BatchNormalization(name="norm")(L.GlobalMaxPooling2D(name="pool")(conv(x)))
    return L.Dense(5, name="logits")(x)


def binary(x):
    """As tutorials fine-tune: a base inside the model, and one output for two classes."""
    image = keras.Input(SHAPE)
    base = keras.Model(image, conv(image), name="base")
    x = L.GlobalAveragePooling2D(name="pool")(base(x, training=False))
    return L.Dense(1, activation="sigmoid", name="cat_or_dog")(x)


def wide(x):
    """Most of its weights are the head's, which takes more numbers than are asked for at once."""
    x = L.Conv2D(300, 1, activation="relu", name="conv")(x)
    x = L.Dense(50, name="dense")(L.GlobalAveragePooling2D(name="pool")(x))
    return L.Softmax(name="predictions")(L.BatchNormalization(name="norm")(x))


def probabilities(name, answer):
    if name == "logits":
        return ops.convert_to_numpy(ops.softmax(answer))
    return np.concatenate([1 - answer, answer], axis=1) if name == "binary" else answer


def colors(out):
    """Says which of red, green and blue a picture has most of."""
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            L.Rescaling(1 / 255, name="scaled"),
            L.GlobalAveragePooling2D(name="mean"),
            L.Dense(3, activation="softmax", name="color"),
        ],
        name="colors",
    )
    model.get_layer("color").set_weights([10 * np.eye(3), np.zeros(3)])
    model.save(os.path.join(out, "colors.keras"))


def main(out):
    images = RNG.random((2, *SHAPE), "float32")
    numbers = [images]
    labels = {}
    for build in [efficientnet, mobilenet, mobilenet_v3, vgg, squeezenet, logits, binary, wide]:
        keras.utils.clear_session()
        name = build.__name__
        image = keras.Input(SHAPE, name="image")
        model = keras.Model(image, build(image), name=name)
        for v in model.weights:
            positive = v.path.endswith(("variance", "gamma"))
            v.assign(RNG.uniform(0.5, 1.5, v.shape) if positive else RNG.normal(0, 0.5, v.shape))
        answer = probabilities(name, model.predict(images, verbose=0))
        assert np.ptp(answer) > 0.02, (name, answer)
        labels[name] = answer.shape[1]
        numbers.append(answer)
        model.save(os.path.join(out, "classifier_%s.keras" % name))
    colors(out)
    np.concatenate([n.astype("<f4").ravel() for n in numbers]).tofile(os.path.join(out, "classifiers.bin"))
    with open(os.path.join(out, "classifiers.json"), "w") as f:
        json.dump(labels, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
