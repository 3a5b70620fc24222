"""Makes tuning.keras, a small network of inverted residuals, and tuning.json and tuning.bin: what
three steps of Keras' AdamW make of its last blocks and a Dense layer on its embedding.

    pip install tensorflow-cpu==2.21.0 keras==3.15.1
    python make_tuning.py .

The network is cut before block2_; what passes is rounded to half precision. The embedding is stem_relu
(before the cut), block1_add (at the cut), block3_add and features (behind it), each averaged over
height and width. Batch norms are frozen. tuning.bin holds, as little-endian float32 in C order: the
pictures, the Dense layer's kernel and bias before, the gradients of the first batch (variables in
the order of tuning.json), and the variables after the three steps.
"""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
import tensorflow as tf
from appending import compress
from keras import layers

PICTURES, BATCH, CLASSES, SIDE = 12, 4, 3, 16
ENDS = ["stem_relu", "block1_add", "block3_add", "features"]
LEARNING_RATE, DECAY, NORM = 1e-2, 0.1, 0.5


def conv(x, name, filters, kernel=1, strides=1, relu=True):
    x = layers.Conv2D(filters, kernel, strides, "same", use_bias=False, name=name + "_conv")(x)
    x = layers.BatchNormalization(name=name + "_bn")(x)
    return layers.ReLU(6.0, name=name + "_relu")(x) if relu else x


def block(x, name, filters, strides=1, gate=False):
    start = x
    x = conv(x, name + "expand", 12)
    x = layers.DepthwiseConv2D(3, strides, "same", use_bias=False, name=name + "dw_conv")(x)
    x = layers.BatchNormalization(name=name + "dw_bn")(x)
    x = layers.ReLU(6.0, name=name + "dw_relu")(x)
    if gate:
        g = layers.GlobalAveragePooling2D(keepdims=True, name=name + "se_squeeze")(x)
        g = layers.Conv2D(4, 1, activation="silu", name=name + "se_reduce")(g)
        g = layers.Conv2D(12, 1, activation="sigmoid", name=name + "se_expand")(g)
        x = layers.Multiply(name=name + "se_excite")([x, g])
    x = conv(x, name + "project", filters, relu=False)
    return layers.Add(name=name + "add")([start, x]) if strides == 1 else x


def network():
    image = layers.Input((SIDE, SIDE, 3), name="image")
    x = conv(image, "stem", 6, 3, 2)
    x = block(x, "block1_", 6)
    x = block(x, "block2_", 8, strides=2, gate=True)
    x = block(x, "block3_", 8)
    x = layers.Dropout(0.0, name="drop")(x)
    x = conv(x, "head", 16)
    return keras.Model(image, layers.GlobalAveragePooling2D(name="features")(x), name="tuned")


def main(out):
    keras.utils.set_random_seed(5)
    rng = np.random.default_rng(5)
    model = network()
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            n = layer.gamma.shape[0]
            layer.set_weights([rng.uniform(0.5, 1.5, n), rng.normal(0, 0.3, n),
                               rng.normal(0, 0.3, n), rng.uniform(0.5, 1.5, n)])
    path = os.path.join(out, "tuning.keras")
    model.save(path)
    compress(path)

    x = rng.uniform(-1, 1, (PICTURES, SIDE, SIDE, 3)).astype("f4")
    y = np.arange(PICTURES) % CLASSES
    output = {end: model.get_layer(end).output for end in ENDS}
    before, cut = keras.Model(model.inputs, [output["stem_relu"], output["block1_add"]])(x, training=False)
    frozen = np.concatenate([np.mean(before, (1, 2)), np.mean(cut, (1, 2))], 1)
    cut = np.asarray(cut).astype("f2").astype("f4")
    top = keras.Model(output["block1_add"], [output["block3_add"], output["features"]])
    dense = layers.Dense(CLASSES)
    dense.build((None, frozen.shape[1] + 8 + 16))
    dense.set_weights([rng.normal(0, 0.3, dense.kernel.shape), rng.normal(0, 0.3, CLASSES)])
    head = [w.numpy() for w in dense.weights]

    named = [(layer.name, w) for layer in top.layers
             if not isinstance(layer, layers.BatchNormalization) for w in layer.trainable_weights]
    variables = [w for _, w in named] + dense.weights
    adam = keras.optimizers.AdamW(LEARNING_RATE, weight_decay=DECAY, global_clipnorm=NORM)
    adam.exclude_from_weight_decay(var_list=[v for v in variables if len(v.shape) < 2])
    adam.build(variables)
    first = None
    for start in range(0, PICTURES, BATCH):
        part = slice(start, start + BATCH)
        with tf.GradientTape() as tape:
            late, last = top(cut[part], training=False)
            embedding = tf.concat([frozen[part], tf.reduce_mean(late, (1, 2)), last], 1)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y[part], dense(embedding))
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, [v.value for v in variables])
        first = first or [np.asarray(g) for g in gradients]
        adam.apply(gradients, variables)
    norm = float(np.sqrt(sum((g**2).sum() for g in first)))
    assert norm > NORM and all(g.any() for g in first), norm  # clipping and all weights count

    numbers = [x] + head + first + [v.numpy() for v in variables]
    np.concatenate([n.astype("<f4").ravel() for n in numbers]).tofile(os.path.join(out, "tuning.bin"))
    rows = [dict(layer=name, shape=list(w.shape)) for name, w in named]
    with open(os.path.join(out, "tuning.json"), "w") as f:
        json.dump(dict(keras=keras.__version__, pictures=PICTURES, batch=BATCH, classes=CLASSES, side=SIDE,
                       embedding_layers=ENDS, learning_rate=LEARNING_RATE, weight_decay=DECAY,
                       clip_norm=NORM, gradient_norm=norm, variables=rows), f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
