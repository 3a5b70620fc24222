"""Writes what Keras' preprocessing layers make of a small picture, once.

    pip install tensorflow-cpu==2.21.0 keras==3.15.1
    python src/test/python/make_augmentation_reference.py     (from the repository's root)

src/test/resources/augmentation/keras.json: the picture, and for each layer with both ends of its
range at one factor, so that nothing is random, its output. KerasAugmentationTest compares.
"""
import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np

HEIGHT, WIDTH = 9, 12
layers = keras.layers
picture = np.random.default_rng(7).uniform(0, 255, (HEIGHT, WIDTH, 3)).round(2).astype("float32")


def contrast(factor):
    layer = layers.RandomContrast(0.5)
    return layer.transform_images(picture, {"contrast_factor": np.full((1, 1, 1), factor, "f4")})


def numbers(values):
    return [round(float(v), 3) for v in np.asarray(values).reshape(-1)]


def case(layer, factors, output):
    return {"layer": layer, "factors": factors, "output": numbers(output)}


def run(layer):
    return layer(picture[None], training=True)[0]


cases = [case("RandomFlip", [], layers.RandomFlip("horizontal").transform_images(
    picture[None], {"flips": np.ones((1, 1, 1, 1), bool), "input_shape": (1, HEIGHT, WIDTH, 3)})[0])]
for factor in (0.1, -0.03, 0.25):
    cases.append(case("RandomRotation", [factor], run(layers.RandomRotation((factor, factor)))))
for factor in (0.3, -0.4):
    cases.append(case("RandomZoom", [factor], run(layers.RandomZoom((factor, factor)))))
for down, right in ((0.25, -0.1), (-0.6, 0.35)):
    cases.append(case("RandomTranslation", [down, right],
                      run(layers.RandomTranslation((down, down), (right, right)))))
for factor in (0.2, -0.4):
    cases.append(case("RandomBrightness", [factor], run(layers.RandomBrightness((factor, factor)))))
for factor in (0.6, 1.5):
    cases.append(case("RandomContrast", [factor], contrast(factor)))
reference = {"maker": "Keras " + keras.__version__, "height": HEIGHT, "width": WIDTH,
             "picture": numbers(picture), "cases": cases}
with open("src/test/resources/augmentation/keras.json", "w") as file:
    json.dump(reference, file)
    file.write("\n")
