"""What a careful practitioner writes with Keras, for bin/benchmark-tuning to compare with.

The bundled network, a head in five epochs on altered pictures with the network frozen, then three
epochs in which everything from block6a on learns, too, at a lower rate
(https://keras.io/guides/transfer_learning/).

usage: keras_recipe.py NETWORK.keras FOLDER SEED     FOLDER has train/ and validation/
"""

import os
import resource
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402 (reads the environment)
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

SIZE = (224, 224)
FROM = "block6a_"


def pictures(folder, shuffle, seed):
    return keras.utils.image_dataset_from_directory(
        folder,
        label_mode="int",
        image_size=SIZE,
        batch_size=32,
        shuffle=shuffle,
        seed=seed,
        verbose=False,
    ).prefetch(2)


def macro_f1(truths, answers, classes):
    scores = []
    for label in range(classes):
        right = np.sum((answers == label) & (truths == label))
        scores.append(2 * right / max(1, np.sum(answers == label) + np.sum(truths == label)))
    return float(np.mean(scores))


def report(step, model, validation, classes, start):
    seconds = time.monotonic() - start
    answers, truths = [], []
    for images, labels in validation:
        answers.append(np.argmax(model.predict_on_batch(images), axis=1))
        truths.append(labels.numpy())
    answers, truths = np.concatenate(answers), np.concatenate(truths)
    accuracy = float(np.mean(answers == truths))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"  Keras, {step}: accuracy {accuracy:.3f}, macro F1 {macro_f1(truths, answers, classes):.3f},"
        f" {seconds:.0f} s, peak memory {peak} MiB",
        flush=True,
    )


def main(network, folder, seed):
    keras.utils.set_random_seed(seed)
    training = pictures(os.path.join(folder, "train"), True, seed)
    validation = pictures(os.path.join(folder, "validation"), False, seed)
    classes = len(os.listdir(os.path.join(folder, "train")))
    trunk = keras.saving.load_model(network, compile=False)
    start = time.monotonic()
    trunk.trainable = False
    altered = keras.Sequential(
        [
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(0.06),
            layers.RandomZoom((-0.25, 0.1)),
            layers.RandomTranslation(0.08, 0.08),
            layers.RandomContrast(0.2, value_range=(0, 255)),
        ]
    )
    image = keras.Input((*SIZE, 3))
    x = layers.Rescaling(1 / 128, offset=-127 / 128)(altered(image))
    x = layers.Dropout(0.2)(trunk(x, training=False))
    model = keras.Model(image, layers.Dense(classes)(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    model.compile(keras.optimizers.Adam(1e-3), loss)
    model.fit(training, epochs=5, verbose=0)
    report("head on the frozen network", model, validation, classes, start)

    learns = False
    trunk.trainable = True
    for layer in trunk.layers:
        learns = learns or layer.name.startswith(FROM)
        layer.trainable = learns and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(1e-4), loss)
    model.fit(training, epochs=3, verbose=0)
    report(f"then from {FROM} on", model, validation, classes, start)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
