"""Makes the networks that keras2.json lists, in the two formats of each Keras 2 that wrote .keras files,
and keras2.bin with what Keras answers, as networks.json and .bin do. To be run with each, in this order:

    pip install tensorflow-cpu==2.12.1                     # k212
    pip install tensorflow-cpu==2.13.1                     # k213
    pip install tensorflow-cpu==2.15.1                     # k215
    pip install tensorflow-cpu==2.21.0 tf_keras==2.21.0    # tfk221
    python make_keras2_dialects.py . k212
"""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
from appending import compress

if sys.argv[2].startswith("tfk"):
    import tf_keras as keras
else:
    from tensorflow import keras

L = keras.layers
RNG = np.random.default_rng(17)
NETWORKS = {}


ALL = ("k212", "k213", "k215", "tfk221")


def network(shape=(8, 10, 3), of=ALL, h5=("k213",), **how):
    """Registers a network to be made by these versions, by those of h5 in that format, too."""

    def register(build):
        NETWORKS[build.__name__] = (build, shape, of, h5, how)
        return build

    return register


def named(tensor, name):
    return L.Activation("linear", name="its/" + name)(tensor)


@network(pixels=True, h5=ALL)
def preprocessed(x):
    """The three kinds of preprocess_input, as the network's first steps."""
    apps = keras.applications
    return [
        L.Conv2D(2, 1, name="caffe/conv")(apps.resnet.preprocess_input(x)),
        L.Conv2D(2, 1, name="torch/conv")(apps.densenet.preprocess_input(x)),
        L.Conv2D(2, 1, name="tf/conv")(apps.mobilenet_v2.preprocess_input(x)),
        L.Conv2D(2, 1, name="own/conv")((tf.cast(x, tf.float32) - [123.0, 117.0, 104.0]) / np.float32(57.0)),
        L.Conv2D(2, 1, name="gray/conv")(tf.image.rgb_to_grayscale(x)),
        L.Conv2D(2, 1, name="standard/conv")(tf.image.per_image_standardization(x)),
    ]


def block(x, name):
    y = L.BatchNormalization(name=name + "/bn")(L.Conv2D(3, 3, padding="same", use_bias=False, name=name + "/conv")(x))
    return L.Concatenate(name=name + "/concat")([x, L.Activation("relu", name=name + "/relu")(y)])


@network(h5=ALL)
def slashes(x):
    """Names as DenseNet and MobileNetV3 have them, at the top and in an inner model."""
    inner = keras.Input((8, 10, 3), name="inner")
    y = block(block(inner, "conv1"), "conv2/block1")
    base = keras.Model(inner, L.Conv2D(4, 1, name="conv")(y), name="base/net")
    z = L.Conv2D(4, 2, name="Conv")(base(x))
    z = L.BatchNormalization(name="Conv/BatchNorm")(z)
    z = z * tf.nn.relu6(z + 3.0) * (1.0 / 6.0)
    z = L.LayerNormalization(name="a/layer/norm")(L.ReLU(6.0, name="Conv/Relu")(z))
    head = keras.Sequential(
        [L.GlobalAveragePooling2D(keepdims=True, name="top/pool"), L.Flatten(name="flat"), L.Dense(3, name="top/dense")],
        name="head")
    return [base.get_layer("conv2/block1/relu") and z, head(z)]


@network(of=("k213", "tfk221"))
def layers(x):
    t = L.Reshape((20, 12), name="tokens")(x)
    y = L.RandomFlip(name="flip")(L.RandomRotation(0.1, name="rotate")(x))
    y = L.RandomZoom(0.1, name="zoom")(L.RandomContrast(0.1, name="contrast")(L.RandomTranslation(0.1, 0.1)(y)))
    y = L.RandomHeight(0.1, name="height")(L.RandomWidth(0.1, name="width")(L.RandomBrightness(0.1)(y)))
    y = L.GaussianNoise(0.1, name="noise")(y)
    return [
        L.Conv2D(2, 1, name="conv")(y),
        L.RandomCrop(5, 4, name="crop")(x),
        L.CenterCrop(5, 7, name="centre")(x),
        L.CenterCrop(12, 9, name="centre_larger")(x),
        L.Resizing(6, 6, crop_to_aspect_ratio=True, name="resized_cropped")(x),
        L.Resizing(6, 7, name="resized")(x),
        L.UnitNormalization(name="unit")(x),
        L.GroupNormalization(groups=3, name="group")(x),
        L.Conv2DTranspose(4, 3, strides=2, padding="same", name="up")(x),
        L.MultiHeadAttention(2, 4, name="attention")(t, t),
        L.MultiHeadAttention(2, 4, value_dim=3, output_shape=5, name="keyed")(query=t, key=t, value=t),
        L.GlobalAveragePooling1D(name="mean")(L.LayerNormalization(name="norm")(t)),
        L.Conv2D(2, 1, activation="hard_sigmoid", name="hard")(x),
        L.Conv2D(2, 1, activation=tf.nn.swish, name="swish")(x),
        L.Dense(3, activation="gelu", name="gelu")(x),
        L.Dense(3, activation=tf.nn.relu6, name="relu6")(x),
        L.LeakyReLU(0.2, name="leaky")(x - 0.5),
        L.ThresholdedReLU(0.3, name="thresholded")(x),
        L.TimeDistributed(L.Dense(2, name="inner"), name="each")(t),
        L.SeparableConv2D(4, 3, depth_multiplier=2, name="separable")(x),
    ]


@network(of=("k213",), h5=())
def calls(x):
    """What TFOpLambda and SlicingOpLambda layers stand for."""
    y = tf.squeeze(x[:, :, :1], axis=2)
    return [
        named(tf.cast(x, "float32") * 2.0, "cast"),
        named(tf.cast(tf.cast(x * 9.0, tf.int32), tf.float32), "truncated"),
        named(1.0 - x, "from_constant"),
        named(tf.subtract(2.0, x) / 3.0, "subtract"),
        named(tf.reduce_mean(x, axis=[1, 2]), "mean"),
        named(tf.reduce_mean(x, [1, 2], keepdims=True) + tf.math.reduce_max(x, axis=-1, keepdims=True), "mean_kept"),
        named(tf.reduce_sum(x, 1) - tf.reduce_min(x, 1), "sum"),
        named(tf.math.reduce_variance(x, axis=[1]) + tf.math.reduce_std(x, axis=1), "variance"),
        named(tf.image.resize(x, [5, 7]), "resize"),
        named(tf.image.resize(x, (5, 7), method="nearest"), "resize_nearest"),
        named(tf.image.resize(x, (5, 7), method=tf.image.ResizeMethod.BICUBIC, antialias=True), "resize_bicubic"),
        named(tf.image.flip_left_right(x) + x[:, :, ::-1], "flipped"),
        named(tf.math.l2_normalize(x, axis=-1), "l2"),
        named(tf.nn.l2_normalize(x, [1, 2], epsilon=1e-3), "l2_hw"),
        named(tf.linalg.normalize(x, axis=-1)[0], "normalize"),
        named(tf.norm(x, axis=-1), "norm"),
        named(tf.pad(x, [[0, 0], [1, 2], [0, 1], [0, 0]]), "padded"),
        named(tf.pad(x, [[0, 0], [1, 2], [0, 1], [0, 0]], mode="REFLECT"), "reflected"),
        named(tf.expand_dims(y, -1), "squeezed"),
        named(tf.reshape(x, [-1, 40, 6]), "reshaped"),
        named(tf.transpose(x, [0, 3, 1, 2]), "transposed"),
        named(tf.concat([x, x * 2.0], axis=-1), "concat"),
        named(tf.concat([x, x * 2.0], 1), "concat_rows"),
        named(tf.stack([x, x * 2.0], axis=1), "stacked"),
        named(tf.reverse(x, axis=[-1]), "reversed"),
        named(x[:, :, :, ::-1][:, 1:, ::2], "sliced"),
        named(x[:, 0, tf.newaxis, :2], "new_axis"),
        named(tf.split(x, 2, axis=1)[1], "split"),
        named(tf.unstack(x, axis=-1)[1], "unstacked"),
        named(tf.clip_by_value(x, 0.2, 0.6), "clipped"),
        named(tf.maximum(x, 0.4) * tf.minimum(0.6, x) + tf.square(x) + tf.sqrt(x) + tf.exp(x) + tf.abs(-x), "many"),
        named(tf.nn.relu(x - 0.5) + tf.nn.softmax(x) + tf.nn.gelu(x) + tf.nn.silu(x) + tf.nn.elu(x - 0.5), "nn"),
        named(tf.nn.leaky_relu(x - 0.5, alpha=0.1) + tf.nn.sigmoid(x) + tf.tanh(x) + tf.math.softplus(x), "nn_more"),
        named(tf.math.pow(x, 2.0) + x**3 + tf.math.rsqrt(x + 1.0) + tf.math.log(x + 1.0) + tf.floor(x * 4.0), "math"),
        named(tf.math.add_n([x, x]) + tf.math.divide(x, 2.0) + tf.math.negative(x) + tf.round(x * 3.0), "math_more"),
        named(tf.matmul(x, x, transpose_b=True), "matmul"),
        named(tf.tile(x, [1, 2, 1, 1]) + tf.repeat(x, 2, axis=1), "tiled"),
        named(tf.where(x > 0.5, x, tf.zeros_like(x)), "where"),
        named(tf.gather(x, [2, 0], axis=-1), "gathered"),
        named(tf.nn.max_pool2d(x, 2, 1, "SAME") - tf.nn.avg_pool2d(x, 2, 1, "SAME"), "pooled"),
        named(tf.nn.depth_to_space(tf.concat([x] * 4, -1), 2), "depth_to_space"),
        named(tf.identity(x) + tf.stop_gradient(x), "identity"),
        named(tf.image.extract_patches(x, [1, 2, 3, 1], [1, 2, 3, 1], [1, 1, 1, 1], "VALID"), "patches"),
        named(tf.multiply(x, x) + tf.add(x, 1.0), "binary"),
    ]


def small(x):
    x = L.Rescaling(1 / 255, name="scaled")(x)
    x = L.Conv2D(4, 3, padding="same", name="conv")(x)
    if keras.mixed_precision.global_policy().name != "mixed_bfloat16":  # CPUs have no such norm
        x = L.BatchNormalization(name="norm")(x)
    x = L.Activation("relu", name="relu")(x)
    y = L.DepthwiseConv2D(3, padding="same", name="depthwise")(x)
    x = L.GlobalAveragePooling2D(name="pool")(x + y)
    return [L.Dense(3, dtype="float32", activation="softmax", name="classes")(x), named(x, "pool")]


def like(name, **how):
    def build(x):
        return small(x)

    build.__name__ = name
    network(pixels=True, **how)(build)


like("mixed_float16", policy="mixed_float16", tolerance=1e-2)
like("mixed_bfloat16", policy="mixed_bfloat16", tolerance=3e-2, of=("k213",))
like("input_uint8", input_dtype="uint8", of=("k213",))


def write(out, name, build, shape, numbers, h5, pixels=False, policy=None, input_dtype=None, tolerance=None):
    keras.backend.clear_session()
    keras.mixed_precision.set_global_policy(policy or "float32")
    image = keras.Input(shape, name="image", dtype=input_dtype)
    ends = build(image)
    model = keras.Model(image, ends, name=name)
    keras.mixed_precision.set_global_policy("float32")
    for v in model.weights:
        if v.dtype.is_floating:
            positive = "variance" in v.name or "gamma" in v.name
            v.assign(RNG.uniform(0.5, 1.5, v.shape) if positive else RNG.normal(0, 0.5, v.shape))
    x = RNG.random((2, *shape), "float32")
    x = np.floor(x * 256).astype("float32") if pixels else x
    answers = model.predict(x.astype(input_dtype) if input_dtype else x, verbose=0)
    answers = [np.asarray(a, "float32") for a in (answers if isinstance(answers, list) else [answers])]
    path = os.path.join(out, "%s_%s" % (sys.argv[2], name))
    h5 = sys.argv[2] in h5
    if h5:
        model.save(path + ".h5")
    entry = dict(name=os.path.basename(path), h5=h5, input=list(x.shape), outputs=[])
    try:
        # 2.12 writes HDF5 under that name, too, if it is not told.
        model.save(path + ".keras", **({"save_format": "keras_v3"} if sys.argv[2] == "k212" else {}))
        compress(path + ".keras")
    except TypeError as e:  # of an ellipsis in a slice
        assert "Ellipsis" in str(e), e
        entry["keras"] = False
    if tolerance:
        entry["tolerance"] = tolerance
    for end, answer in zip(ends, answers):
        layer = end._keras_history.layer.name
        assert np.isfinite(answer).all() and np.ptp(answer) > 0, (name, layer)
        entry["outputs"].append(dict(layer=layer, shape=list(answer.shape)))
    numbers += [array.astype("<f4").ravel() for array in [x] + answers]
    return entry


def main(out, label):
    path = os.path.join(out, "keras2.json")
    entries, numbers = [], []
    if label != "k212":
        entries = json.load(open(path))["networks"]
        numbers = [np.fromfile(os.path.join(out, "keras2.bin"), "<f4")]
    for name, (build, shape, of, h5, how) in NETWORKS.items():
        if label in of:
            entries.append(write(out, name, build, shape, numbers, h5, **how))
    np.concatenate(numbers).tofile(os.path.join(out, "keras2.bin"))
    with open(path, "w") as f:
        json.dump(dict(networks=entries), f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
