"""Makes the small networks of this folder and what Keras answers on them.

    pip install tensorflow-cpu==2.21.0 keras==3.15.1
    python make_networks.py .

Each network has a few layers with random weights (seed 7). NAME.keras is the file, for some
NAME.h5 too; networks.json says input, output layers and Keras' numbers, which lie one after the
other in networks.bin (little-endian float32, C order, images first).
"""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
from keras import layers as L
from keras import ops

RNG = np.random.default_rng(7)
NETWORKS = {}


def network(shape=(9, 12, 3), h5=False):
    """Registers a function from an input tensor to outputs, the last layers of their branches."""

    def register(build):
        NETWORKS[build.__name__] = (build, shape, h5)
        return build

    return register


@network(h5=True)
def convolutions(x):
    a = L.Conv2D(4, (3, 2), strides=2, padding="same", name="stem")(x)
    return [
        L.Conv2D(4, 3, dilation_rate=(2, 1), padding="same", activation="relu", name="dilated")(a),
        L.Conv2D(6, 3, groups=2, padding="same", use_bias=False, name="grouped")(a),
        L.Conv2D(6, 1, strides=(2, 1), name="valid")(a),
        L.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2, name="depthwise")(a),
        L.DepthwiseConv2D((3, 2), dilation_rate=(1, 2), padding="same", name="dilated_depthwise")(a),
        L.DepthwiseConv2D(2, dilation_rate=2, name="dilated_depthwise_valid")(x),
        L.SeparableConv2D(5, 3, depth_multiplier=2, padding="same", activation="tanh", name="separable")(a),
        L.SeparableConv2D(5, 3, dilation_rate=2, use_bias=False, name="separable_valid")(x),
    ]


@network(h5=True)
def folding(x):
    bn = L.BatchNormalization
    shared = L.Conv2D(3, 1, name="shared")
    twice = shared(x)
    before = L.Conv2D(3, 1, activation="relu", name="active")(x)
    both = L.Conv2D(3, 1, use_bias=False, name="seen_by_two")(x)
    return [
        bn(name="after_conv")(L.Conv2D(4, 3, name="conv")(x)),
        bn(name="after_depthwise", scale=False)(L.DepthwiseConv2D(3, depth_multiplier=2, name="depth")(x)),
        bn(name="after_separable", center=False)(L.SeparableConv2D(4, 3, name="separable")(x)),
        bn(name="after_grouped")(L.Conv2D(6, 3, groups=3, name="grouped")(x)),
        bn(name="after_activation")(before),
        L.Add(name="sum")([bn(name="of_two")(both), both]),
        bn(name="of_shared")(shared(twice)),
        bn(name="rows", axis=1, scale=False, center=False)(x),
        bn(name="first")(x),
    ]


@network(shape=(2, 5, 3), h5=True)
def activations(x):
    x = L.Rescaling(5.0, offset=-2.5, name="wide")(x)
    names = """linear relu relu6 leaky_relu elu celu selu gelu silu mish hard_sigmoid hard_silu hard_tanh
        sigmoid log_sigmoid tanh tanh_shrink softmax log_softmax softplus softsign exponential"""
    every = [L.Activation(name, name="a_" + name)(x) for name in names.split()]
    return [
        L.Concatenate(name="all")(every),
        L.ReLU(max_value=1.5, negative_slope=0.2, threshold=0.5, name="relu_3")(x),
        L.ReLU(6.0, name="relu_6")(x),
        L.LeakyReLU(0.1, name="leaky")(x),
        L.ELU(0.7, name="elu")(x),
        L.PReLU(name="prelu")(x),
        L.PReLU(shared_axes=[1, 2], name="prelu_shared")(x),
        L.Softmax(axis=1, name="softmax")(x),
        L.Dense(4, activation=L.LeakyReLU(0.3), name="dense_leaky")(x),
        L.Dense(4, activation="gelu", use_bias=False, name="dense_gelu")(x),
    ]


@network(shape=(7, 10, 3), h5=True)
def pools(x):
    return [
        L.MaxPooling2D(3, strides=2, padding="same", name="max_same")(x),
        L.MaxPooling2D((2, 3), name="max_valid")(x),
        L.AveragePooling2D(3, strides=2, padding="same", name="average_same")(x),
        L.AveragePooling2D((3, 2), strides=1, name="average_valid")(x),
        L.GlobalAveragePooling2D(name="average")(x),
        L.GlobalAveragePooling2D(keepdims=True, name="average_kept")(x),
        L.GlobalMaxPooling2D(name="max")(x),
        L.GlobalMaxPooling2D(keepdims=True, name="max_kept")(x),
    ]


@network(shape=(4, 6, 3), h5=True)
def shapes(x):
    return [
        L.Flatten(name="flat")(x),
        L.Reshape((8, -1), name="reshaped")(x),
        L.Reshape((3, 4, 6), name="reshaped_whole")(x),
        L.Permute((3, 1, 2), name="permuted")(x),
        L.ZeroPadding2D(((1, 2), (0, 3)), name="padded")(x),
        L.Cropping2D(((1, 0), (2, 1)), name="cropped")(x),
        L.UpSampling2D((3, 2), name="nearest")(x),
        L.UpSampling2D(2, interpolation="bilinear", name="bilinear")(x),
        L.Resizing(7, 5, name="resized")(x),
        L.Resizing(3, 4, interpolation="nearest", name="resized_nearest")(x),
        L.Resizing(6, 9, interpolation="bicubic", name="resized_bicubic")(x),
    ]


@network(shape=(4, 6, 3), h5=True)
def scalings(x):
    adapted = L.Normalization(name="adapted")
    z = adapted(x)
    adapted.adapt_mean.assign([0.4, 0.5, 0.6])
    adapted.adapt_variance.assign([0.04, 0.09, 0.0])
    adapted.finalize_state()
    return [
        z,
        L.Rescaling([0.5, 2.0, 3.0], offset=[1.0, 0.0, -1.0], name="rescaled")(x),
        L.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0], name="given")(x),
        L.Normalization(axis=None, mean=0.5, variance=0.25, invert=True, name="inverted")(x),
        L.LayerNormalization(name="layer_norm")(x),
        L.LayerNormalization(axis=[1, 2], epsilon=1e-2, scale=False, name="layer_norm_hw")(x),
        L.LayerNormalization(axis=-2, center=False, name="layer_norm_w")(x),
    ]


@network(shape=(4, 6, 3), h5=True)
def merges(x):
    a = L.Conv2D(3, 1, name="a")(x)
    b = L.Conv2D(3, 1, name="b")(x)
    c = L.GlobalAveragePooling2D(keepdims=True, name="c")(a)
    return [
        L.Add(name="add")([a, b, x]),
        L.Subtract(name="subtract")([a, b]),
        L.Multiply(name="multiply")([a, c]),
        L.Average(name="average")([a, b, x]),
        L.Maximum(name="maximum")([a, b, c]),
        L.Minimum(name="minimum")([a, b]),
        L.Concatenate(axis=1, name="rows")([a, b]),
        L.Concatenate(name="channels")([a, b, x]),
    ]


@network(shape=(4, 6, 3))
def arithmetic(x):
    y = abs(-(1 - x * 2.0) / 3 + np.array([0.1, -0.2, 0.3], "float32")) ** 1.5
    named = lambda tensor, name: L.Identity(name="its_" + name)(tensor)
    return [
        named(y - x, "operators"),
        named(x[:, 1:, ::2, -1], "sliced"),
        named(x[:, :, 1, :2], "taken"),
        named(keras.activations.relu(y - 0.5, negative_slope=0.1, max_value=1.0), "relu"),
        named(keras.activations.gelu(y, approximate=True), "gelu_tanh"),
        named(keras.activations.gelu(y), "gelu_erf"),
        named(ops.mean(x, axis=[1, 2], keepdims=True), "mean"),
        named(ops.max(x, axis=-1), "max"),
        named(ops.sum(ops.square(x), axis=1), "sum"),
        named(ops.min(ops.sqrt(ops.exp(x)), axis=(1, 2)), "min"),
        named(ops.reshape(x, (-1, 12, 6)), "reshaped"),
        named(ops.transpose(x, (0, 3, 1, 2)), "transposed"),
        named(ops.concatenate([x, y], axis=-1), "concatenated"),
        named(ops.clip(x, 0.2, 0.7), "clipped"),
        named(ops.maximum(x, 0.4) * ops.minimum(0.6, x) / (ops.sigmoid(x) + ops.silu(x)), "many"),
        named(ops.softmax(x, axis=1) + ops.tanh(ops.log(x + 1)) + ops.leaky_relu(x - 0.5), "more"),
    ]


@network(shape=(8, 10, 3), h5=True)
def nested(x):
    """A base with a batch norm as people fine-tune it, called twice, and a Sequential head."""
    inner = keras.Input((8, 10, 3), name="inner_input")
    y = L.BatchNormalization(name="bn")(L.Conv2D(4, 3, name="conv")(inner))
    tower = keras.Sequential([L.Dense(4, activation="relu", name="dense"), L.Dense(3, name="dense2")], name="tower")
    z = tower(y)
    base = keras.Model(inner, [y, z], name="base")
    first, second = base(x, training=False)
    third, _ = base(L.Rescaling(0.5, name="half")(x))
    head = keras.Sequential(
        [L.GlobalAveragePooling2D(name="pool"), L.Dropout(0.5, name="drop"), L.Dense(5, name="dense")],
        name="head",
    )
    base.trainable = False
    joined = L.Concatenate(name="joined")([first, second, third])
    one = keras.Input((6, 8, 4), name="one")
    two = keras.Input((6, 8, 4), name="two")
    mix = keras.Model([one, two], L.Subtract(name="difference")([L.Dense(4, name="dense")(one), two]), name="mix")
    return [head(joined), mix([first, third])]


@network(shape=(6, 8, 3), h5=True)
def shared(x):
    conv = L.Conv2D(3, 3, padding="same", name="conv")
    norm = L.BatchNormalization(name="norm")
    y = norm(conv(x))
    y = norm(conv(y))
    return [L.Concatenate(name="joined")([y, conv(L.ReLU(name="relu")(y))])]


@network(shape=(6, 8, 3), h5=True)
def training_only(x):
    for layer in [
            L.Dropout(0.3), L.SpatialDropout2D(0.3), L.GaussianNoise(0.3), L.GaussianDropout(0.3),
            L.AlphaDropout(0.2), L.ActivityRegularization(l2=0.1), L.RandomFlip(), L.RandomRotation(0.2),
            L.RandomZoom(0.2), L.RandomContrast(0.2), L.RandomTranslation(0.1, 0.1), L.Identity(),
    ]:
        x = layer(x)
    return [L.Conv2D(2, 1, name="last")(x)]


def sequential():
    """A person's own network with its classifier, trained a little: the optimizer's state is there."""
    model = keras.Sequential(
        [
            keras.Input((12, 16, 3)),
            L.Conv2D(4, 3, activation="relu", name="conv_a"),
            L.BatchNormalization(name="norm_a"),
            L.MaxPooling2D(name="pool_a"),
            L.Conv2D(6, 3, name="conv_b"),
            L.PReLU(shared_axes=[1, 2], name="prelu_b"),
            L.GlobalAveragePooling2D(name="features"),
            L.Dense(3, activation="softmax", name="classes"),
        ],
        name="own",
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(RNG.random((8, 12, 16, 3), "float32"), np.arange(8) % 3, epochs=2, verbose=0)
    return model


def randomise(model):
    for v in model.weights:
        if v.dtype != "float32" or v.path.endswith(("adapted/mean", "adapted/variance")):
            continue
        positive = v.path.endswith(("variance", "gamma"))
        v.assign(RNG.uniform(0.5, 1.5, v.shape) if positive else RNG.normal(0, 0.5, v.shape))


def write(out, name, model, outputs, h5, numbers):
    """Outputs are layers of the model, by name."""
    shape = [2, *model.input_shape[1:]]
    x = RNG.random(shape, "float32")
    ends = [model.get_layer(o)._inbound_nodes[-1].output_tensors[0] for o in outputs]
    answers = keras.Model(model.inputs, ends).predict(x, verbose=0)
    answers = answers if isinstance(answers, list) else [answers]
    model.save(os.path.join(out, name + ".keras"))
    if h5:
        model.save(os.path.join(out, name + ".h5"))
    arrays = [x] + answers
    entry = dict(name=name, h5=h5, input=shape, outputs=[])
    for label, array in zip(["input"] + list(outputs), arrays):
        assert np.isfinite(array).all() and np.ptp(array) > 0, (name, label)
        if label != "input":
            entry["outputs"].append(dict(layer=label, shape=list(array.shape)))
        numbers.append(array.astype("<f4").ravel())
    return entry


def main(out):
    entries, numbers = [], []
    for name, (build, shape, h5) in NETWORKS.items():
        keras.utils.clear_session()
        keras.utils.set_random_seed(7)
        image = keras.Input(shape, name="image")
        ends = build(image)
        model = keras.Model(image, ends, name=name)
        randomise(model)
        names = [end._keras_history.operation.name for end in ends]
        entries.append(write(out, name, model, names, h5, numbers))
    keras.utils.set_random_seed(7)
    entries.append(write(out, "sequential", sequential(), ["norm_a", "features", "classes"], True, numbers))
    np.concatenate(numbers).tofile(os.path.join(out, "networks.bin"))
    with open(os.path.join(out, "networks.json"), "w") as f:
        json.dump(dict(keras=keras.__version__, networks=entries), f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
