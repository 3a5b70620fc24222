package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments that a layer was made with. Each one has to be asked for: {@link #refuseUnread}
 * names those that were not, so that no option is passed over in silence. For one thread.
 */
final class LayerOptions {
  /** What shapes training alone, or says what the file's other parts say. */
  private static final Predicate<String> WITHOUT_EFFECT =
      Pattern.compile(
              "name|trainable|.*_(initializer|regularizer|constraint)|momentum|synchronized"
                  + "|renorm(_clipping|_momentum)?")
          .asMatchPredicate();

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KerasLayer layer;
  private final Set<String> read = new HashSet<>();

  LayerOptions(KerasLayer layer) {
    this.layer = layer;
    requireFloat32();
  }

  private void requireFloat32() {
    JsonNode dtype = get("dtype");
    JsonNode name = dtype.isObject() ? dtype.path("config").path("name") : dtype;
    if (!name.asText("float32").equals("float32") && !name.isNull()) {
      throw refusal("dtype", name, "save the model with the float32 policy");
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

  float number(String key) {
    JsonNode value = get(key);
    if (!value.isNumber()) {
      throw refusal(key, value, "a number is expected");
    }
    return value.floatValue();
  }

  /** Null where Keras has None. */
  @Nullable Float numberOrNull(String key) {
    JsonNode value = get(key);
    if (!value.isNumber() && !value.isNull()) {
      throw refusal(key, value, "a number or null is expected");
    }
    return value.isNull() ? null : Float.valueOf(value.floatValue());
  }

  boolean flag(String key) {
    JsonNode value = get(key);
    if (!value.isBoolean()) {
      throw refusal(key, value, "true or false is expected");
    }
    return value.booleanValue();
  }

  /** Height and width. */
  int[] pair(String key) {
    JsonNode value = get(key);
    if (value.size() != 2 || !value.path(0).isInt() || !value.path(1).isInt()) {
      throw refusal(key, value, "[height, width] is expected");
    }
    return new int[] {value.get(0).intValue(), value.get(1).intValue()};
  }

  /**
   * @param meanings what the values that are known mean
   */
  <T> T oneOf(String key, Map<String, T> meanings) {
    JsonNode value = get(key);
    T meaning = meanings.get(value.asText());
    if (meaning == null) {
      throw refusal(key, value, "only " + meanings.keySet() + " can be read");
    }
    return meaning;
  }

  /**
   * Refuses any other value than this; an option that is absent has Keras' default.
   *
   * @param json the value as JSON
   */
  void require(String key, String json) {
    JsonNode value = get(key);
    try {
      if (!value.isMissingNode() && !value.equals(JSON.readTree(json))) {
        throw refusal(key, value, "only " + json + " can be read");
      }
    } catch (java.io.IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** Names the first option that was not asked for. */
  void refuseUnread() {
    for (var option : layer.config().properties()) {
      if (!read.contains(option.getKey())
          && !WITHOUT_EFFECT.test(option.getKey())
          && !option.getValue().isNull()) {
        throw refusal(option.getKey(), option.getValue(), "this option is not known");
      }
    }
  }

  KerasImportException refusal(String key, JsonNode value, String advice) {
    return new KerasImportException(
        "layer '%s' (%s) has %s = %s: %s, or cut the network before it (embedding_layers)"
            .formatted(
                layer.name(),
                layer.className(),
                key,
                value.isMissingNode() ? "nothing" : value,
                advice));
  }

  JsonNode get(String key) {
    read.add(key);
    return layer.config().path(key);
  }
}
