package dev.imprint.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import dev.imprint.model.metrics.Interval;
import dev.imprint.model.metrics.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The common form of JSON on our topics and in our commands: snake_case, enums in lower case, times
 * in ISO-8601 UTC; unknown fields are ignored, because a newer service may add some.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new JavaTimeModule())
          .addMixIn(Metrics.class, DerivedMetrics.class)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // A record must be unambiguous: no duplicate field, nothing after it, no number for a
          // name.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /** For requests, which must match their description: no value is converted or filled in. */
  private static final JsonMapper EXACT =
      MAPPER
          .rebuild()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .withCoercionConfig(
              LogicalType.Textual,
              text -> {
                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
              })
          .addModule(new SimpleModule().addDeserializer(Instant.class, new TimeAsText()))
          .build();

  static {
    // A request may hold a picture in base64, which Jackson would limit to 15 MB. Whoever receives
    // requests limits their size, by images.max_bytes.
    EXACT
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build());
  }

  /** A number would be taken for seconds. */
  private static final class TimeAsText extends StdScalarDeserializer<Instant> {
    private static final long serialVersionUID = 1;

    TimeAsText() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return parser.hasToken(JsonToken.VALUE_STRING)
          ? InstantDeserializer.INSTANT.deserialize(parser, context)
          : (Instant) context.handleUnexpectedToken(Instant.class, parser);
    }
  }

  /** Figures that are written too; a reader derives them again. */
  private interface DerivedMetrics {
    @JsonProperty
    Interval accuracyInterval();

    @JsonProperty
    Interval macroPrecisionInterval();

    @JsonProperty
    Interval macroRecallInterval();

    @JsonProperty
    Interval macroF1Interval();
  }

  private static final Pattern DUPLICATE = Pattern.compile("Duplicate [^'\"]*['\"](.*)['\"]");

  private Json() {}

  /**
   * @param value a record of plain values
   */
  public static byte[] encode(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // a record of plain values can always be mapped
    }
  }

  /**
   * @throws IOException if the bytes are not JSON, or not of this type
   */
  public static <T> T decode(byte[] bytes, Class<T> type) throws IOException {
    return decode(MAPPER, bytes, type);
  }

  /**
   * The same; numbers and booleans do not count as text, and a missing number does not count as
   * zero. The caller limits the number of bytes; strings have no other limit.
   *
   * @throws IOException if the bytes are not JSON, or not of this type
   */
  public static <T> T decodeExactly(byte[] bytes, Class<T> type) throws IOException {
    return decode(EXACT, bytes, type);
  }

  private static <T> T decode(JsonMapper mapper, byte[] bytes, Class<T> type) throws IOException {
    T value = mapper.readValue(bytes, type);
    if (value == null) {
      throw new IOException("null in place of a " + type.getSimpleName());
    }
    return value;
  }

  /**
   * Reads a JSON object just as strictly.
   *
   * @throws IOException if it is not one; the message is for people
   */
  static JsonNode tree(String text) throws IOException {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(text);
    } catch (StreamConstraintsException e) {
      throw new IOException("its JSON is nested too deeply or has too long a number", e);
    } catch (JsonProcessingException e) {
      throw new IOException(complaint(e), e);
    }
    if (!tree.isObject()) {
      throw new IOException("it is not a JSON object, {…}");
    }
    return tree;
  }

  /** Jackson's own messages talk about classes and tokens. */
  private static String complaint(JsonProcessingException e) {
    Matcher duplicate = DUPLICATE.matcher(e.getOriginalMessage());
    if (duplicate.find()) {
      return "it has the field '%s' twice: send it once".formatted(duplicate.group(1));
    }
    if (e instanceof MismatchedInputException) {
      return "something follows its closing brace: send one object per record";
    }
    JsonLocation at = e.getLocation();
    return "it is not valid JSON: see line %d, column %d"
        .formatted(at.getLineNr(), at.getColumnNr());
  }

  /** A record's fields by their JSON names, in order. */
  public static Map<?, ?> fields(Object value) {
    return MAPPER.convertValue(value, Map.class);
  }
}
