package dev.imprint.tensorflow.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The constructor arguments of a layer. Each one must be read: {@link #refuseUnread} names those
 * that were not, so that no option is silently ignored. Not thread-safe.
 */
final class LayerOptions {
  /** Options that only affect training, or repeat other parts of the file. */
  private static final Predicate<String> WITHOUT_EFFECT =
      Pattern.compile(
              "name|trainable|.*_(initializer|regularizer|constraint)|momentum|synchronized"
                  + "|renorm(_clipping|_momentum)?|batch(_input)?_shape|function")
          .asMatchPredicate();

  /**
   * Types that a layer may compute in; it is float32 here. The mixed policies keep weights in
   * float32; they round to fewer digits only for speed, which is not part of what a network has
   * learned.
   */
  private static final Set<String> FLOATS =
      Set.of("float32", "float64", "float16", "mixed_float16", "mixed_bfloat16");

  private static final int LONGEST = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KerasLayer layer;
  private final Map<String, JsonNode> ofTheCall;
  private final Set<String> read = new HashSet<>();

  LayerOptions(KerasLayer layer) {
    this(layer, Map.of());
  }

  /**
   * @param ofTheCall the call's arguments other than tensors; read like the layer's own options
   */
  LayerOptions(KerasLayer layer, Map<String, JsonNode> ofTheCall) {
    this.layer = layer;
    this.ofTheCall = ofTheCall;
    read.add("dtype");
    if (!layer.isOp() && !layer.isInput()) {
      requireFloats(type());
    }
  }

  /** The name of the type or of the policy; float32 if it is missing. */
  String type() {
    JsonNode dtype = get("dtype");
    return (dtype.isObject() ? dtype.path("config").path("name") : dtype).asText("float32");
  }

  private void requireFloats(String type) {
    if (!FLOATS.contains(type) && !type.equals("null")) {
      throw refusal("dtype", get("dtype"), "it must be one of " + FLOATS);
    }
  }

  /** A whole number. */
  int integer(String key) {
    JsonNode value = get(key);
    if (!value.isInt()) {
      throw refusal(key, value, "a whole number is expected");
    }
    return value.intValue();
  }

  /** A whole number, at least 1. */
  int size(String key, int absent) {
    int size = get(key).isMissingNode() ? absent : integer(key);
    if (size < 1) {
      throw refusal(key, get(key), "1 or more is expected");
    }
    return size;
  }

  float number(String key) {
    return number(key, Float.NaN);
  }

  /**
   * @param absent Keras' default if the option is missing; NaN if it is required
   */
  float number(String key, float absent) {
    JsonNode value = get(key);
    if (value.isMissingNode() && !Float.isNaN(absent)) {
      return absent;
    }
    if (!value.isNumber()) {
      throw refusal(key, value, "a number is expected");
    }
    return value.floatValue();
  }

  /** Null for None in Keras. */
  @Nullable Float numberOrNull(String key) {
    JsonNode value = get(key);
    if (!value.isNumber() && !isNull(key)) {
      throw refusal(key, value, "a number or null is expected");
    }
    return isNull(key) ? null : Float.valueOf(value.floatValue());
  }

  boolean flag(String key) {
    JsonNode value = get(key);
    if (!value.isBoolean()) {
      throw refusal(key, value, "true or false is expected");
    }
    return value.booleanValue();
  }

  boolean flag(String key, boolean absent) {
    return get(key).isMissingNode() ? absent : flag(key);
  }

  boolean isNull(String key) {
    return get(key).isNull() || get(key).isMissingNode();
  }

  /** An option with several numbers. */
  OptionList list(String key) {
    return new OptionList(this, key);
  }

  /**
   * @param meanings of the known values
   */
  <T> T oneOf(String key, Map<String, T> meanings) {
    JsonNode value = get(key);
    T meaning = meanings.get(value.asText());
    if (meaning == null) {
      throw refusal(key, value, "it must be one of " + meanings.keySet());
    }
    return meaning;
  }

  /**
   * Refuses any other value; an option that is absent or null has Keras' default.
   *
   * @param json the value as JSON
   */
  void require(String key, String json) {
    JsonNode value = get(key);
    try {
      if (!isNull(key) && !value.equals(JSON.readTree(json))) {
        throw refusal(key, value, "it must be " + json);
      }
    } catch (java.io.IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** For layers with no effect in serving, whatever their options. */
  void ignoreAll() {
    layer.config().fieldNames().forEachRemaining(read::add);
    read.addAll(ofTheCall.keySet());
  }

  /** Names the first option that was not read. */
  void refuseUnread() {
    for (var option : ofTheCall.entrySet()) {
      if (!read.contains(option.getKey())) {
        throw new KerasImportException(
            "%s is called with %s = %s, which is not supported: call it without"
                .formatted(layer.label(), option.getKey(), shortened(option.getValue())));
      }
    }
    for (var option : layer.config().properties()) {
      if (!read.contains(option.getKey())
          && !WITHOUT_EFFECT.test(option.getKey())
          && !option.getValue().isNull()) {
        throw refusal(option.getKey(), option.getValue(), "this option is not supported");
      }
    }
  }

  KerasImportException refusal(String key, JsonNode value, String advice) {
    return new KerasImportException(
        "%s has %s = %s: %s; change it, or cut the network before it (embedding_layers)"
            .formatted(layer.label(), key, shortened(value), advice));
  }

  private static String shortened(JsonNode value) {
    String text = value.isMissingNode() ? "nothing" : value.toString();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
  }

  JsonNode get(String key) {
    read.add(key);
    JsonNode called = ofTheCall.get(key);
    return TensorOps.unwrapped(called == null ? layer.config().path(key) : called);
  }
}
