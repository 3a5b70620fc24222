package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.model.labels.PlainText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object written by a stranger. Parsed field by field rather than by Jackson's
 * binding, so that each error names the field and the fix; exception messages are for people.
 *
 * @param path prefix of field names in messages: empty, or that of the enclosing object
 */
record JsonFields(JsonNode object, String path) {
  /** Date and time separated by T or a space; seconds and zone are optional. */
  private static final DateTimeFormatter TIMES =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("['T'][' ']")
          .optionalStart()
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[XXX][XX][X]")
          .toFormatter(Locale.ROOT);

  /** Maximum length of input quoted in a message, in characters. */
  private static final int QUOTED = 40;

  /** Whether it looks like a JSON object: white space and a byte order mark may come first. */
  static boolean isObject(byte[] value) {
    int first = start(value);
    return first < value.length && value[first] == '{';
  }

  /**
   * @throws IOException if it is not one JSON object in UTF-8
   */
  static JsonFields read(byte[] value) throws IOException {
    if (!isObject(value)) {
      throw new IOException("it is not a JSON object, {…}");
    }
    int start = start(value);
    String text;
    try {
      text =
          UTF_8.newDecoder().decode(ByteBuffer.wrap(value, start, value.length - start)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("it is not UTF-8", e);
    }
    return new JsonFields(Json.tree(text), "");
  }

  private static int start(byte[] value) {
    boolean marked =
        value.length >= 3
            && value[0] == (byte) 0xEF
            && value[1] == (byte) 0xBB
            && value[2] == (byte) 0xBF;
    int start = marked ? 3 : 0;
    while (start < value.length && " \t\r\n".indexOf(value[start]) >= 0) {
      start++;
    }
    return start;
  }

  boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** Null if it is missing. */
  @Nullable String text(String name) throws IOException {
    JsonNode field = object.path(name);
    if (!has(name)) {
      return null;
    }
    if (!field.isTextual()) {
      throw new IOException(
          "its %s is %s: write it as text, in quotes".formatted(path + name, quoted(field)));
    }
    if (!UTF_8.newEncoder().canEncode(field.textValue())) {
      throw new IOException(
          "its %s is not valid text: it has half a surrogate pair".formatted(path + name));
    }
    return field.textValue();
  }

  /** A list of texts; empty if it is missing. */
  List<String> texts(String name, int most) throws IOException {
    JsonNode field = object.path(name);
    List<String> texts = new ArrayList<>();
    if (has(name) && (!field.isArray() || field.size() > most)) {
      throw new IOException(
          "its %s is %s: write a list of at most %d texts, [\"…\"]"
              .formatted(path + name, quoted(field), most));
    }
    for (JsonNode each : field) {
      if (!each.isTextual() || !UTF_8.newEncoder().canEncode(each.textValue())) {
        throw new IOException(
            "its %s has %s: write it as text, in quotes".formatted(path + name, quoted(each)));
      }
      texts.add(each.textValue());
    }
    return texts;
  }

  /** A field that is only for people: null also if it cannot be parsed. */
  @Nullable String forPeople(String name) {
    return PlainText.forPeople(object.path(name).textValue());
  }

  /** False if it is missing. */
  boolean flag(String name) throws IOException {
    JsonNode field = object.path(name);
    if (has(name) && !field.isBoolean()) {
      throw new IOException(
          "its %s is %s: write true or false, without quotes"
              .formatted(path + name, quoted(field)));
    }
    return field.booleanValue();
  }

  /** A whole number; null if it is missing. */
  @Nullable Long number(String name, long max) throws IOException {
    JsonNode field = object.path(name);
    if (!has(name)) {
      return null;
    }
    if (!field.isIntegralNumber()
        || !field.canConvertToLong()
        || field.longValue() < 0
        || field.longValue() > max) {
      throw new IOException(
          "its %s is %s: write a whole number from 0 to %d, without quotes or a decimal point"
              .formatted(path + name, quoted(field), max));
    }
    return field.longValue();
  }

  /**
   * One of these constants, in any case; null if it is missing.
   *
   * @throws IOException if it has another value
   */
  <E extends Enum<E>> @Nullable E oneOf(String name, Class<E> constants) throws IOException {
    if (!has(name)) {
      return null;
    }
    E found = known(name, constants);
    if (found == null) {
      List<String> names =
          Stream.of(constants.getEnumConstants())
              .map(c -> c.name().toLowerCase(Locale.ROOT))
              .toList();
      throw new IOException(
          "its %s is %s: write one of %s"
              .formatted(path + name, quoted(object.path(name)), String.join(", ", names)));
    }
    return found;
  }

  /** The same, but null also for another value. */
  <E extends Enum<E>> @Nullable E known(String name, Class<E> constants) {
    String text = object.path(name).textValue();
    return Stream.of(constants.getEnumConstants())
        .filter(constant -> text != null && constant.name().equalsIgnoreCase(text.strip()))
        .findAny()
        .orElse(null);
  }

  /** ISO-8601, in UTC if it has no zone; null if it is missing or cannot be parsed. */
  @Nullable Instant time(String name) {
    String text = object.path(name).textValue();
    if (text == null) {
      return null;
    }
    try {
      TemporalAccessor time =
          TIMES.parseBest(text.strip(), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
      if (time instanceof OffsetDateTime zoned) {
        return zoned.toInstant();
      }
      return time instanceof LocalDateTime local
          ? local.toInstant(ZoneOffset.UTC)
          : LocalDate.from(time).atStartOfDay().toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Null if it is missing. */
  @Nullable JsonFields object(String name) throws IOException {
    JsonNode field = object.path(name);
    if (!has(name)) {
      return null;
    }
    if (!field.isObject()) {
      throw new IOException(
          "its %s is %s: write an object, {…}".formatted(path + name, quoted(field)));
    }
    return new JsonFields(field, path + name + ".");
  }

  private static String quoted(JsonNode field) {
    String text = field.toString();
    return text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "…";
  }
}
