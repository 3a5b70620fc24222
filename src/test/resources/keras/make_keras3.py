"""Makes the networks that keras3.json lists, of layers and habits that Keras 3 files have beside those
of make_networks.py, and keras3.bin with what Keras answers, as networks.json and .bin do.

    pip install tensorflow-cpu==2.21.0 keras==3.15.1
    python make_keras3.py .
"""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import make_networks
import numpy as np
from appending import compress
from keras import layers as L
from keras import ops

NETWORKS = {}


def network(shape=(8, 10, 3), **how):
    """Registers a function from an input tensor to outputs; how is input_dtype, policy, tolerance."""

    def register(build):
        NETWORKS[build.__name__] = (build, shape, how)
        return build

    return register


def named(tensor, name):
    return L.Identity(name="its_" + name)(tensor)


def idle():
    """All layers of keras.layers that draw at random and leave pictures as they are in serving."""
    arguments = {
        "RandomTranslation": (0.1, 0.1), "RandomZoom": (0.2,), "RandomCrop": (6, 5), "MaxNumBoundingBoxes": (4,),
        "RandomPosterization": (4,),
    }
    module = "keras.src.layers.preprocessing.image_preprocessing."
    not_idle = "AutoContrast CenterCrop Equalization Resizing ContrastLimitedAdaptiveHistogramEqualization".split()
    for name in sorted(dir(L)):
        if getattr(getattr(L, name), "__module__", "").startswith(module) and name not in not_idle:
            try:
                yield getattr(L, name)(*arguments.get(name, ()))
            except TypeError:
                yield getattr(L, name)(0.3)


@network()
def augmentation(x):
    for layer in idle():
        x = layer(x)
    x = L.Pipeline([L.RandomFlip(), L.RandomHue(0.2), L.Rescaling(0.5)], name="pipeline")(x)
    return [L.Conv2D(2, 1, name="last")(x)]


@network()
def crops(x):
    return [
        L.CenterCrop(5, 7, name="centre")(x),
        L.CenterCrop(12, 9, name="centre_larger")(x),
        L.Resizing(6, 6, crop_to_aspect_ratio=True, name="cropped")(x),
        L.Resizing(6, 5, antialias=True, name="antialiased")(x),
        L.Resizing(9, 8, pad_to_aspect_ratio=True, name="letterbox")(x),
        L.Resizing(5, 7, interpolation="lanczos3", name="lanczos3")(x),
        L.AutoContrast(value_range=(0, 1), name="contrast")(x),
    ]


@network(shape=(6, 8, 8))
def normalizations(x):
    return [
        L.GroupNormalization(groups=4, name="group")(x),
        L.GroupNormalization(groups=-1, epsilon=0.1, scale=False, name="instance")(x),
        L.GroupNormalization(groups=2, axis=2, center=False, name="group_w")(x),
        L.UnitNormalization(name="unit")(x),
        L.UnitNormalization(axis=[1, 2], name="unit_hw")(x),
        L.RMSNormalization(name="rms")(x),
        L.SpectralNormalization(L.Conv2D(3, 2, name="conv"), name="spectral")(x),
    ]


@network(shape=(5, 6, 3))
def transposed(x):
    up = L.Conv2DTranspose
    return [
        up(4, 3, name="valid")(x),
        up(4, 3, strides=2, padding="same", activation="relu", name="same")(x),
        up(4, (2, 4), strides=(1, 3), use_bias=False, name="valid_wide")(x),
        up(4, 3, strides=2, padding="same", output_padding=0, name="same_padded")(x),
        up(4, 3, strides=3, padding="valid", output_padding=1, name="valid_padded")(x),
        up(4, 2, strides=3, padding="same", name="same_sparse")(x),
        L.BatchNormalization(name="norm")(up(4, 1, name="one")(x)),
    ]


@network(shape=(12, 12, 3))
def transformer(x):
    """A vision transformer."""
    x = L.Conv2D(8, 4, strides=4, name="patches")(x)
    x = L.Reshape((9, 8), name="tokens")(x)
    token = L.Dense(8, name="class_token")(ops.zeros_like(x[:, :1]))
    x = L.Concatenate(axis=1, name="with_token")([token, x])
    table = L.Embedding(10, 8, name="positions")
    x = x + table(ops.cast(ops.cumsum(ops.ones_like(x[:, :, 0]), axis=1) - 1, "int32"))
    for block in range(2):
        y = L.LayerNormalization(epsilon=1e-6, name="norm_a%d" % block)(x)
        y = L.MultiHeadAttention(2, 4, dropout=0.1, name="attention%d" % block)(y, y)
        x = L.Add(name="add_a%d" % block)([x, y])
        y = L.LayerNormalization(epsilon=1e-6, name="norm_b%d" % block)(x)
        y = L.Dense(16, activation=keras.activations.gelu, name="dense_a%d" % block)(y)
        y = L.Dropout(0.1, name="drop%d" % block)(y)
        y = L.Dense(8, name="dense_b%d" % block)(y)
        x = L.Add(name="add_b%d" % block)([x, y])
    x = L.LayerNormalization(name="last")(x)
    return [named(x[:, 0], "token"), L.GlobalAveragePooling1D(name="mean")(x)]


@network(shape=(3, 4, 6))
def attentions(x):
    mha = L.MultiHeadAttention
    q = L.Reshape((12, 6), name="q")(x)
    v = L.Dense(5, name="v")(q[:, 2:10])
    return [
        mha(3, 2, value_dim=5, output_shape=7, use_bias=False, name="wide")(q, v),
        mha(2, 3, name="keyed")(query=q, value=v, key=q[:, 2:10]),
        mha(2, 3, name="causal")(q, q, use_causal_mask=True),
        mha(2, 3, attention_axes=(1, 2), name="both_axes")(x, x),
        mha(2, 3, attention_axes=2, name="rows")(x, x),
        L.GroupQueryAttention(3, 4, 2, name="grouped")(q, q),
        L.EinsumDense("abc,cd->abd", output_shape=(None, 4), bias_axes="d", activation="relu", name="einsum")(q),
        L.EinsumDense("abc,cde->abde", output_shape=(12, 2, 3), name="heads")(q),
        L.GlobalMaxPooling1D(name="max")(q),
        L.GlobalAveragePooling1D(keepdims=True, name="mean")(q),
        L.SpatialDropout1D(0.2, name="dropped")(q),
        L.TimeDistributed(L.Dense(3, activation="tanh", name="inner"), name="each")(q),
    ]


@network(shape=(4, 6, 3))
def arrays(x):
    y = ops.squeeze(x[:, :, :1], axis=2)
    return [
        named(ops.cast(x, "float64") + 1, "cast"),
        named(ops.cast(x * 9, "int32") / 2, "truncated"),
        named(ops.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0))), "padded"),
        named(ops.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0)), constant_values=3.0), "padded_3"),
        named(ops.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0)), mode="reflect"), "reflected"),
        named(y, "squeezed"),
        named(ops.expand_dims(y, -1), "expanded"),
        named(ops.normalize(x), "normalized"),
        named(ops.normalize(x, axis=(1, 2), order=2), "normalized_hw"),
        named(ops.normalize(x, order=1), "normalized_1"),
        named(ops.norm(x, axis=-1, keepdims=True), "norm"),
        named(ops.var(x, axis=(1, 2)) + ops.std(x, axis=[1, 2]), "var_std"),
        named(ops.flip(x, axis=-1), "flipped"),
        named(x[..., ::-1], "reversed"),
        named(x[:, None, 0], "new_axis"),
        named(ops.swapaxes(x, 1, 3) + ops.moveaxis(x, -1, 1)[:, :, :, ::-1][:, :, :1, :1], "axes"),
        named(ops.stack([x, x * 2], axis=2), "stacked"),
        named(ops.split(x, 2, axis=1)[1], "split"),
        named(ops.split(x, [1, 4], axis=2)[1], "split_at"),
        named(ops.unstack(x, axis=3)[2], "unstacked"),
        named(ops.repeat(x, 2, axis=1), "repeated"),
        named(ops.tile(x, (1, 2, 1, 1)), "tiled"),
        named(ops.matmul(x, ops.swapaxes(x, 2, 3)), "matmul"),
        named(ops.einsum("bhwc,bhvc->bhwv", x, x), "einsum"),
        named(ops.image.resize(x, (7, 5)), "resized"),
        named(ops.image.resize(x, (3, 4), interpolation="nearest", antialias=False), "resized_nearest"),
        named(ops.image.rgb_to_grayscale(x), "gray"),
        named(ops.average_pool(x, 2, 1, "same") - ops.max_pool(x, 2, 1, "same"), "pooled"),
        named(ops.where(x > 0.5, x, 0.0), "where"),
        named(ops.rsqrt(x + 1) + ops.floor(x * 5) + ops.ceil(x * 3) + ops.sign(x - 0.5) + ops.round(x), "rounded"),
        named(ops.sin(x) + ops.cos(x) + ops.erf(x) + ops.log1p(x) + ops.expm1(x) + ops.reciprocal(x + 1), "functions"),
        named(ops.softplus(x) + ops.selu(x) + ops.elu(x) + ops.softsign(x) + ops.log_sigmoid(x) + ops.relu6(x), "more"),
        named(ops.take(x, np.array([2, 0]), axis=-1), "taken"),
        named(ops.prod(x, axis=-1) + ops.logsumexp(x, axis=-1) + ops.amax(x, axis=-1), "reduced"),
        named(ops.hard_sigmoid(x * 5) + ops.hard_silu(x) + ops.hard_tanh(x * 2) + ops.celu(x) + ops.glu(
            ops.concatenate([x, x], -1)), "nn"),
        named(x // 0.3 + x % 0.3, "divided"),
        named(ops.image.extract_patches(x, (2, 3)), "patches"),
        named(ops.saturate_cast(x * 9, "uint8") + 0.5, "saturated"),
        named(ops.depth_to_space(ops.concatenate([x] * 4, -1), 2), "depth_to_space"),
    ]


def preprocessed(x):
    """The three kinds of preprocess_input, as the network's first steps."""
    caffe = keras.applications.resnet.preprocess_input(x)
    torch = keras.applications.densenet.preprocess_input(x)
    tf = keras.applications.mobilenet_v2.preprocess_input(x)
    gray = ops.image.rgb_to_grayscale(x)
    return [
        L.Conv2D(2, 1, name="caffe")(caffe),
        L.Conv2D(2, 1, name="torch")(torch),
        L.Conv2D(2, 1, name="tf")(tf),
        L.Conv2D(2, 1, name="gray")(gray),
    ]


network(pixels=True)(preprocessed)


def small(x):
    x = L.Rescaling(1 / 255, name="scaled")(x)
    x = L.BatchNormalization(name="norm")(L.Conv2D(4, 3, padding="same", name="conv")(x))
    x = L.Activation("relu", name="relu")(x)
    y = L.LayerNormalization(name="layer_norm")(L.DepthwiseConv2D(3, padding="same", name="depthwise")(x))
    x = L.GlobalAveragePooling2D(name="pool")(x + y)
    return [L.Dense(3, dtype="float32", activation="softmax", name="classes")(x), named(x, "pool")]


def like(name, **how):
    def build(x):
        return small(x)

    build.__name__ = name
    network(pixels=True, **how)(build)


like("mixed_float16", policy="mixed_float16", tolerance=1e-2)
like("mixed_bfloat16", policy="mixed_bfloat16", tolerance=3e-2)
like("all_float16", policy="float16", tolerance=1e-2)
like("all_float64", policy="float64")
like("input_uint8", input_dtype="uint8")
like("input_int32", input_dtype="int32")
like("input_float16", input_dtype="float16", tolerance=1e-3)
like("input_float64", input_dtype="float64")


@network(pixels=True, input_dtype="uint8")
def input_uint8_arithmetic(x):
    resized = L.Resizing(5, 6, name="resized")(x)
    return [
        L.Conv2D(3, 2, name="conv")(ops.cast(x, "float32") / 255.0),
        L.Conv2D(3, 2, name="divided")(x / 255.0),
        L.Conv2D(3, 2, name="of_resized")(L.Rescaling(1 / 127.5, -1, name="scaled")(resized)),
        L.Conv2D(3, 2, name="of_flipped")(L.Rescaling(0.01, name="flipped")(L.RandomFlip(name="flip")(x[..., ::-1]))),
    ]


@network(shape=(8, 10, 1), pixels=True)
def input_gray(x):
    return small(x)


def write(out, name, build, shape, numbers, pixels=False, policy=None, input_dtype=None, tolerance=None):
    keras.utils.clear_session()
    keras.utils.set_random_seed(7)
    keras.config.set_dtype_policy(policy or "float32")
    image = keras.Input(shape, name="image", dtype=input_dtype)
    ends = build(image)
    model = keras.Model(image, ends, name=name)
    keras.config.set_dtype_policy("float32")
    for v in model.weights:
        if "float" in v.dtype:
            positive = v.path.endswith(("variance", "gamma", "scale"))
            rng = make_networks.RNG
            v.assign(rng.uniform(0.5, 1.5, v.shape) if positive else rng.normal(0, 0.5, v.shape))
    x = make_networks.RNG.random((2, *shape), "float32")
    x = np.floor(x * 256).astype("float32") if pixels else x
    answers = model.predict(x.astype(input_dtype) if input_dtype else x, verbose=0)
    answers = [np.asarray(a, "float32") for a in (answers if isinstance(answers, list) else [answers])]
    model.save(os.path.join(out, name + ".keras"))
    compress(os.path.join(out, name + ".keras"))
    entry = dict(name=name, h5=False, input=list(x.shape), outputs=[])
    if tolerance:
        entry["tolerance"] = tolerance
    for end, answer in zip(ends, answers):
        layer = end._keras_history.operation.name
        assert np.isfinite(answer).all() and np.ptp(answer) > 0, (name, layer)
        entry["outputs"].append(dict(layer=layer, shape=list(answer.shape)))
    numbers += [array.astype("<f4").ravel() for array in [x] + answers]
    return entry


def main(out):
    entries, numbers = [], []
    make_networks.RNG = np.random.default_rng(13)
    for name, (build, shape, how) in NETWORKS.items():
        entries.append(write(out, name, build, shape, numbers, **how))
    np.concatenate(numbers).tofile(os.path.join(out, "keras3.bin"))
    with open(os.path.join(out, "keras3.json"), "w") as f:
        json.dump(dict(keras=keras.__version__, networks=entries), f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
