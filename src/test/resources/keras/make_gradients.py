"""Makes gradients.json and gradients.bin: the gradients that Keras gives for networks of this folder
and, where their folder is named, for the eleven narrow networks of keras.applications.

    pip install tensorflow-cpu==2.21.0 keras==3.15.1
    python make_gradients.py . [FOLDER_OF_THE_ELEVEN]

The loss is the sum of each output's numbers times numbers drawn with seed 7. For the networks of this
folder: its gradient to the picture and to all weights that learn; for the eleven: to the weights of
the last three layers that learn. Batch norms do not: they are frozen. gradients.bin holds, network
by network, the input (of this folder's networks), the numbers that the outputs are multiplied by,
and the gradients: little-endian float32, C order. Of a gradient of n numbers every (n // 4096 | 1)th
is kept; gradients.json has the norm and the largest absolute value of the whole.
"""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
import tensorflow as tf
from keras.src.applications.convnext import LayerScale, StochasticDepth
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

KEPT = 4096
OWN = {c.__name__: c for c in (LayerScale, StochasticDepth, CustomScaleLayer)}


def learning(model, prefix=""):
    """Path and layer of each layer with weights that learn while batch norms are frozen."""
    model.trainable = True
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from learning(layer, prefix + layer.name + "/")
        elif not isinstance(layer, keras.layers.BatchNormalization) and layer.trainable_weights:
            yield prefix + layer.name, layer


def gradients(model, outputs, layers, x, rng):
    """The numbers that the outputs are multiplied by, and (layer, index, gradient) of each weight."""
    ends = [model.get_layer(o)._inbound_nodes[-1].output_tensors[0] for o in outputs]
    network = keras.Model(model.inputs, ends)
    x = tf.constant(x)
    watched = [(None, 0, x)]
    watched += [(path, i, w.value) for path, layer in layers for i, w in enumerate(layer.trainable_weights)]
    with tf.GradientTape() as tape:
        tape.watch(x)
        answers = tf.nest.flatten(network(x, training=False))
        factors = [rng.normal(0, 1, answer.shape).astype("f4") for answer in answers]
        loss = tf.add_n([tf.reduce_sum(a * f) for a, f in zip(answers, factors)])
    found = tape.gradient(loss, [tensor for _, _, tensor in watched])
    return factors, [(path, i, np.asarray(g)) for (path, i, _), g in zip(watched, found)]


def entry(name, outputs, layers, model, x, numbers, **more):
    factors, found = gradients(model, outputs, layers, x, np.random.default_rng(7))
    found = found if "input_file" not in more else found[1:]
    numbers += factors
    rows = []
    for path, index, g in found:
        assert np.isfinite(g).all(), (name, path, index)
        rows.append(dict(layer=path, index=index, shape=list(g.shape),
                         norm=float(np.linalg.norm(g)), absmax=float(abs(g).max())))
        numbers.append(g.ravel()[:: g.size // KEPT | 1])
    return dict(name=name, input=list(x.shape), **more,
                outputs=[dict(layer=o, shape=list(f.shape)) for o, f in zip(outputs, factors)],
                gradients=rows)


def own(out, numbers):
    """The networks of networks.json that there is a .keras file of, on the inputs there."""
    everything = np.fromfile(os.path.join(out, "networks.bin"), "<f4")
    at = 0
    for network in json.load(open(os.path.join(out, "networks.json")))["networks"]:
        x = everything[at : at + np.prod(network["input"])].reshape(network["input"])
        at += x.size + sum(int(np.prod(o["shape"])) for o in network["outputs"])
        if network.get("keras", True):
            model = keras.models.load_model(
                os.path.join(out, network["name"] + ".keras"), custom_objects=OWN, compile=False)
            outputs = [o["layer"] for o in network["outputs"]]
            numbers.append(x)
            yield entry(network["name"], outputs, list(learning(model)), model, x, numbers)


def eleven(folder, numbers):
    for fixture in json.load(open(os.path.join(folder, "fixtures.json")))["fixtures"]:
        model = keras.models.load_model(os.path.join(folder, fixture["model"]))
        shape, file = fixture["input"]["shape"], fixture["input"]["file"]
        x = np.fromfile(os.path.join(folder, file), "<f4").reshape(shape)
        last = list(learning(model))[-3:]
        yield entry(fixture["name"], [fixture["output"]["layer"]], last, model, x, numbers, input_file=file)


def main(out, folder=None):
    numbers = []
    entries = list(own(out, numbers)) + (list(eleven(folder, numbers)) if folder else [])
    np.concatenate([n.astype("<f4").ravel() for n in numbers]).tofile(os.path.join(out, "gradients.bin"))
    with open(os.path.join(out, "gradients.json"), "w") as f:
        rows = ",\n".join(json.dumps(e) for e in entries)
        f.write('{"keras": "%s", "networks": [\n%s\n]}\n' % (keras.__version__, rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
