package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasClass;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.TensorFlowFunctions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * Arithmetic on tensors that can be rebuilt: keras.ops by their classes' names, plus the additions
 * of {@link TensorFlowFunctions}. True is 1 and false is 0.
 */
final class OpBuilders {
  private static final String GET_ITEM = "GetItem";

  private static final Map<String, LayerBuilder> TABLE =
      Map.ofEntries(
          Map.entry("Abs", Activations.by((tf, x) -> tf.math.abs(x))),
          Map.entry("Absolute", Activations.by((tf, x) -> tf.math.abs(x))),
          Map.entry("Add", Merges.of((tf, a, b) -> tf.math.add(a, b))),
          Map.entry("Amax", TensorOps::max),
          Map.entry("Amin", TensorOps::min),
          Map.entry("AveragePool", Poolings::average),
          Map.entry("Cast", ArrayOps::cast),
          Map.entry("Ceil", Activations.by((tf, x) -> tf.math.ceil(x))),
          Map.entry("Celu", Activations::celu),
          Map.entry("Clip", TensorOps::clip),
          Map.entry("Concatenate", Merges::concatenate),
          Map.entry("ConvertToTensor", Activations.by((tf, x) -> x)),
          Map.entry("Copy", Activations.by((tf, x) -> x)),
          Map.entry("Cos", Activations.by((tf, x) -> tf.math.cos(x))),
          Map.entry("Cumsum", TensorOps::cumulativeSum),
          Map.entry("DepthToSpace", ArrayOps::depthToSpace),
          Map.entry("Divide", Merges.of((tf, a, b) -> tf.math.div(a, b))),
          Map.entry("DivideNoNan", Merges.of((tf, a, b) -> tf.math.divNoNan(a, b))),
          Map.entry("Einsum", TensorOps::einsum),
          Map.entry("Elu", Activations::elu),
          Map.entry("Equal", Merges.of((tf, a, b) -> number(tf, tf.math.equal(a, b)))),
          Map.entry("Erf", Activations.by((tf, x) -> tf.math.erf(x))),
          Map.entry("Exp", Activations.by((tf, x) -> tf.math.exp(x))),
          Map.entry("ExpandDims", ArrayOps::expandDims),
          Map.entry("Expm1", Activations.by((tf, x) -> tf.math.expm1(x))),
          Map.entry("ExtractImagePatches", Poolings::imagePatches),
          Map.entry("ExtractPatches", Poolings::patches),
          Map.entry("Flip", ArrayOps::flip),
          Map.entry("Floor", Activations.by((tf, x) -> tf.math.floor(x))),
          Map.entry("FloorDivide", Merges.of((tf, a, b) -> tf.math.floor(tf.math.div(a, b)))),
          Map.entry("Gelu", Activations::gelu),
          Map.entry(GET_ITEM, Slicing::getItem),
          Map.entry("Glu", Activations::glu),
          Map.entry("Greater", Merges.of((tf, a, b) -> number(tf, tf.math.greater(a, b)))),
          Map.entry(
              "GreaterEqual", Merges.of((tf, a, b) -> number(tf, tf.math.greaterEqual(a, b)))),
          Map.entry("HardSigmoid", Activations.by("hard_sigmoid")),
          Map.entry("HardSilu", Activations.by("hard_silu")),
          Map.entry("HardTanh", Activations.by("hard_tanh")),
          Map.entry("L2Normalize", Normalizations::l2Normalize),
          Map.entry("LeakyRelu", Activations::leakyRelu),
          Map.entry("Less", Merges.of((tf, a, b) -> number(tf, tf.math.less(a, b)))),
          Map.entry("LessEqual", Merges.of((tf, a, b) -> number(tf, tf.math.lessEqual(a, b)))),
          Map.entry("Log", Activations.by((tf, x) -> tf.math.log(x))),
          Map.entry("Log1p", Activations.by((tf, x) -> tf.math.log1p(x))),
          Map.entry("LogSigmoid", Activations.by("log_sigmoid")),
          Map.entry("LogSoftmax", Activations::logSoftmax),
          Map.entry("LogicalAnd", Merges.of((tf, a, b) -> tf.math.mul(a, b))),
          Map.entry("LogicalNot", Activations.by((tf, x) -> tf.math.sub(tf.constant(1f), x))),
          Map.entry("LogicalOr", Merges.of((tf, a, b) -> tf.math.maximum(a, b))),
          Map.entry("Logsumexp", TensorOps::logSumExp),
          Map.entry("Matmul", TensorOps::matmul),
          Map.entry("Max", TensorOps::max),
          Map.entry("MaxPool", Poolings::max),
          Map.entry("Maximum", Merges.of((tf, a, b) -> tf.math.maximum(a, b))),
          Map.entry("Mean", TensorOps::mean),
          Map.entry("Min", TensorOps::min),
          Map.entry("Minimum", Merges.of((tf, a, b) -> tf.math.minimum(a, b))),
          Map.entry("Mish", Activations.by("mish")),
          Map.entry("Mod", Merges.of((tf, a, b) -> tf.math.floorMod(a, b))),
          Map.entry("Moveaxis", ArrayOps::moveAxis),
          Map.entry("Multiply", Merges.of((tf, a, b) -> tf.math.mul(a, b))),
          Map.entry("Negative", Activations.by((tf, x) -> tf.math.neg(x))),
          Map.entry("Norm", Normalizations::normOp),
          Map.entry("Normalize", Normalizations::normalizeOp),
          Map.entry("NotEqual", Merges.of((tf, a, b) -> number(tf, tf.math.notEqual(a, b)))),
          Map.entry("OnesLike", Activations.by((tf, x) -> tf.onesLike(x))),
          Map.entry("Pad", ArrayOps::pad),
          Map.entry("PerImageStandardization", Normalizations::perImage),
          Map.entry("Power", Merges.of((tf, a, b) -> tf.math.pow(a, b))),
          Map.entry("Prod", TensorOps::prod),
          Map.entry("RGBToGrayscale", Resizings::rgbToGrayscale),
          Map.entry("ReLU", Relu::build),
          Map.entry("Reciprocal", Activations.by((tf, x) -> tf.math.reciprocal(x))),
          Map.entry("Relu", Activations.by("relu")),
          Map.entry("Relu6", Activations.by("relu6")),
          Map.entry("Repeat", ArrayOps::repeat),
          Map.entry("Reshape", Shapes::reshapeOp),
          Map.entry("Resize", Resizings::resizeOp),
          Map.entry("Round", TensorOps::round),
          Map.entry("Rsqrt", Activations.by((tf, x) -> tf.math.rsqrt(x))),
          Map.entry("SaturateCast", ArrayOps::cast),
          Map.entry("Selu", Activations.by("selu")),
          Map.entry("Sigmoid", Activations.by("sigmoid")),
          Map.entry("Sign", Activations.by((tf, x) -> tf.math.sign(x))),
          Map.entry("Silu", Activations.by("silu")),
          Map.entry("Sin", Activations.by((tf, x) -> tf.math.sin(x))),
          Map.entry("Softmax", Activations::softmax),
          Map.entry("Softplus", Activations.by("softplus")),
          Map.entry("Softsign", Activations.by("softsign")),
          Map.entry("SpaceToDepth", ArrayOps::spaceToDepth),
          Map.entry("Split", ArrayOps::split),
          Map.entry("Sqrt", Activations.by((tf, x) -> tf.math.sqrt(x))),
          Map.entry("Square", Activations.by((tf, x) -> tf.math.square(x))),
          Map.entry("SquaredDifference", Merges.of((tf, a, b) -> tf.math.squaredDifference(a, b))),
          Map.entry("Squeeze", ArrayOps::squeeze),
          Map.entry("Stack", ArrayOps::stack),
          Map.entry("Std", TensorOps::deviation),
          Map.entry("StopGradient", Activations.by((tf, x) -> tf.stopGradient(x))),
          Map.entry("Subtract", Merges.of((tf, a, b) -> tf.math.sub(a, b))),
          Map.entry("Sum", TensorOps::sum),
          Map.entry("Swapaxes", ArrayOps::swapAxes),
          Map.entry("Take", ArrayOps::take),
          Map.entry("Tan", Activations.by((tf, x) -> tf.math.tan(x))),
          Map.entry("Tanh", Activations.by("tanh")),
          Map.entry("TanhShrink", Activations.by("tanh_shrink")),
          Map.entry("Tile", ArrayOps::tile),
          Map.entry("Transpose", Shapes::transpose),
          Map.entry("TrueDivide", Merges.of((tf, a, b) -> tf.math.div(a, b))),
          Map.entry("Unstack", ArrayOps::unstack),
          Map.entry("Var", TensorOps::variance),
          Map.entry("Where", TensorOps::where),
          Map.entry("ZerosLike", Activations.by((tf, x) -> tf.zerosLike(x))));

  private OpBuilders() {}

  /** Null if it is not known. */
  static @Nullable LayerBuilder of(String className) {
    return TABLE.get(className);
  }

  /** Whether its arguments other than a tensor are a key, not numbers. */
  static boolean takesKey(KerasLayer layer) {
    return layer.className().equals(KerasClass.OP + GET_ITEM);
  }

  private static Operand<TFloat32> number(Ops tf, Operand<TBool> truth) {
    return tf.dtypes.cast(truth, TFloat32.class);
  }
}
