package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * TensorFlow functions between layers, which Keras 2 records as TFOpLambda and SlicingOpLambda
 * layers, translated to Keras 3's ops.
 */
public final class TensorFlowFunctions {
  /** The layers that Keras 2 creates for such calls. */
  public static final Set<String> LAYERS = Set.of("TFOpLambda", "SlicingOpLambda");

  private static final String V1 = "compat.v1.";
  private static final String SLICE = "slice_spec";

  /** Maps names of functions to those of ops. */
  private static final Map<String, String> OPS =
      Map.ofEntries(
          Map.entry("__operators__.add", "Add"),
          Map.entry("__operators__.getitem", "GetItem"),
          Map.entry("cast", "Cast"),
          Map.entry("clip_by_value", "Clip"),
          Map.entry("concat", "Concatenate"),
          Map.entry("expand_dims", "ExpandDims"),
          Map.entry("gather", "Take"),
          Map.entry("identity", "Copy"),
          Map.entry("image.extract_patches", "ExtractImagePatches"),
          Map.entry("image.flip_left_right", "Flip"),
          Map.entry("image.flip_up_down", "Flip"),
          Map.entry("image.grayscale_to_rgb", "Repeat"),
          Map.entry("image.per_image_standardization", "PerImageStandardization"),
          Map.entry("image.resize", "Resize"),
          Map.entry("image.rgb_to_grayscale", "RGBToGrayscale"),
          Map.entry("linalg.matmul", "Matmul"),
          Map.entry("linalg.normalize", "Normalize"),
          Map.entry("math.abs", "Absolute"),
          Map.entry("math.add", "Add"),
          Map.entry("math.add_n", "Add"),
          Map.entry("math.ceil", "Ceil"),
          Map.entry("math.cos", "Cos"),
          Map.entry("math.divide", "TrueDivide"),
          Map.entry("math.divide_no_nan", "DivideNoNan"),
          Map.entry("math.equal", "Equal"),
          Map.entry("math.erf", "Erf"),
          Map.entry("math.exp", "Exp"),
          Map.entry("math.expm1", "Expm1"),
          Map.entry("math.floor", "Floor"),
          Map.entry("math.floordiv", "FloorDivide"),
          Map.entry("math.floormod", "Mod"),
          Map.entry("math.greater", "Greater"),
          Map.entry("math.greater_equal", "GreaterEqual"),
          Map.entry("math.l2_normalize", "L2Normalize"),
          Map.entry("math.less", "Less"),
          Map.entry("math.less_equal", "LessEqual"),
          Map.entry("math.log", "Log"),
          Map.entry("math.log1p", "Log1p"),
          Map.entry("math.log_sigmoid", "LogSigmoid"),
          Map.entry("math.maximum", "Maximum"),
          Map.entry("math.minimum", "Minimum"),
          Map.entry("math.multiply", "Multiply"),
          Map.entry("math.negative", "Negative"),
          Map.entry("math.not_equal", "NotEqual"),
          Map.entry("math.pow", "Power"),
          Map.entry("math.reciprocal", "Reciprocal"),
          Map.entry("math.reduce_logsumexp", "Logsumexp"),
          Map.entry("math.reduce_max", "Max"),
          Map.entry("math.reduce_mean", "Mean"),
          Map.entry("math.reduce_min", "Min"),
          Map.entry("math.reduce_prod", "Prod"),
          Map.entry("math.reduce_std", "Std"),
          Map.entry("math.reduce_sum", "Sum"),
          Map.entry("math.reduce_variance", "Var"),
          Map.entry("math.round", "Round"),
          Map.entry("math.rsqrt", "Rsqrt"),
          Map.entry("math.sigmoid", "Sigmoid"),
          Map.entry("math.sign", "Sign"),
          Map.entry("math.sin", "Sin"),
          Map.entry("math.softplus", "Softplus"),
          Map.entry("math.sqrt", "Sqrt"),
          Map.entry("math.square", "Square"),
          Map.entry("math.squared_difference", "SquaredDifference"),
          Map.entry("math.subtract", "Subtract"),
          Map.entry("math.tanh", "Tanh"),
          Map.entry("math.truediv", "TrueDivide"),
          Map.entry("nn.avg_pool", "AveragePool"),
          Map.entry("nn.avg_pool2d", "AveragePool"),
          Map.entry("nn.bias_add", "Add"),
          Map.entry("nn.depth_to_space", "DepthToSpace"),
          Map.entry("nn.elu", "Elu"),
          Map.entry("nn.gelu", "Gelu"),
          Map.entry("nn.leaky_relu", "LeakyRelu"),
          Map.entry("nn.log_softmax", "LogSoftmax"),
          Map.entry("nn.max_pool", "MaxPool"),
          Map.entry("nn.max_pool2d", "MaxPool"),
          Map.entry("nn.relu", "Relu"),
          Map.entry("nn.relu6", "Relu6"),
          Map.entry("nn.selu", "Selu"),
          Map.entry("nn.silu", "Silu"),
          Map.entry("nn.softmax", "Softmax"),
          Map.entry("nn.softsign", "Softsign"),
          Map.entry("nn.space_to_depth", "SpaceToDepth"),
          Map.entry("nn.swish", "Silu"),
          Map.entry("norm", "Norm"),
          Map.entry("ones_like", "OnesLike"),
          Map.entry("pad", "Pad"),
          Map.entry("repeat", "Repeat"),
          Map.entry("reshape", "Reshape"),
          Map.entry("reverse", "Flip"),
          Map.entry("split", "Split"),
          Map.entry("squeeze", "Squeeze"),
          Map.entry("stack", "Stack"),
          Map.entry("stop_gradient", "StopGradient"),
          Map.entry("tile", "Tile"),
          Map.entry("transpose", "Transpose"),
          Map.entry("unstack", "Unstack"),
          Map.entry("where", "Where"),
          Map.entry("zeros_like", "ZerosLike"));

  /** Options that the op needs to behave like the function. */
  private static final Map<String, Map<String, JsonNode>> GIVEN =
      Map.of(
          "image.flip_left_right", Map.of("axis", IntNode.valueOf(2)),
          "image.flip_up_down", Map.of("axis", IntNode.valueOf(1)),
          "image.grayscale_to_rgb",
              Map.of("axis", IntNode.valueOf(-1), "repeats", IntNode.valueOf(3)),
          "image.resize", Map.of("interpolation", TextNode.valueOf("bilinear")),
          "linalg.normalize", Map.of("epsilon", IntNode.valueOf(0)),
          "nn.gelu", Map.of("approximate", BooleanNode.FALSE),
          "nn.leaky_relu", Map.of("negative_slope", DoubleNode.valueOf(0.2)));

  /** Maps names of parameters to those of the ops' options. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("alpha", "negative_slope"),
          Map.entry("clip_value_max", "x_max"),
          Map.entry("clip_value_min", "x_min"),
          Map.entry("keep_dims", "keepdims"),
          Map.entry("ksize", "pool_size"),
          Map.entry("method", "interpolation"),
          Map.entry("multiples", "repeats"),
          Map.entry("num_or_size_splits", "sizes"),
          Map.entry("paddings", "pad_width"),
          Map.entry("perm", "axes"),
          Map.entry("shape", "newshape"));

  /** Options that are redundant with these values. */
  private static final Map<String, String> USUAL =
      Map.of(
          "batch_dims", "0",
          "conjugate", "false",
          "data_format", "NHWC",
          "ord", "euclidean",
          "preserve_aspect_ratio", "false");

  private TensorFlowFunctions() {}

  /** The op's name; null for an unknown function. */
  static @Nullable String op(JsonNode node) {
    return OPS.get(function(node));
  }

  /** The name after {@code tf.}, without the marker of TensorFlow 1. */
  static String function(JsonNode node) {
    String name = node.path("config").path("function").asText();
    return name.startsWith(V1) ? name.substring(V1.length()) : name;
  }

  /** Translates a call of the function to one of the op. */
  static KerasCall call(JsonNode node, KerasCall call) {
    Map<String, JsonNode> options = new HashMap<>(GIVEN.getOrDefault(function(node), Map.of()));
    List<KerasCall.Argument> arguments = new ArrayList<>(call.arguments());
    call.options()
        .forEach(
            (name, value) -> {
              if (name.equals(SLICE)) {
                arguments.add(new KerasCall.Constant(value));
              } else if (!value.asText().equals(USUAL.get(name))) {
                options.put(
                    OPTIONS.getOrDefault(name, name),
                    value.isTextual()
                        ? TextNode.valueOf(value.asText().toLowerCase(Locale.ROOT))
                        : value);
              }
            });
    return new KerasCall(arguments, options, call.refusal());
  }
}
