package dev.imprint.web.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a route: of its path if the path has its name in braces, otherwise of the query.
 * Its JSON schema describes it, and values are checked by the same limits.
 *
 * @param otherwise the value of a query that does not have it; null if it has none then
 * @param mandatory whether a query must have it
 */
public record Parameter(
    String name,
    String description,
    Type type,
    double least,
    double most,
    List<String> choices,
    @Nullable String pattern,
    @Nullable Object otherwise,
    boolean mandatory) {

  /** As JSON schema names them. */
  enum Type {
    INTEGER,
    NUMBER,
    STRING
  }

  public Parameter {
    choices = List.copyOf(choices);
  }

  public static Parameter integer(
      String name, String description, long least, long most, @Nullable Long otherwise) {
    return new Parameter(
        name, description, Type.INTEGER, least, most, List.of(), null, otherwise, false);
  }

  public static Parameter number(String name, String description, double least, double most) {
    return new Parameter(name, description, Type.NUMBER, least, most, List.of(), null, null, false);
  }

  /**
   * @param most characters
   */
  public static Parameter text(String name, String description, int most) {
    return new Parameter(name, description, Type.STRING, 0, most, List.of(), null, null, false);
  }

  /**
   * @param pattern that the whole value has to match
   */
  public static Parameter text(String name, String description, String pattern) {
    return new Parameter(
        name, description, Type.STRING, 0, Integer.MAX_VALUE, List.of(), pattern, null, false);
  }

  /** The first choice is the value of a query that does not have it. */
  public static Parameter choice(String name, String description, List<String> choices) {
    return new Parameter(
        name, description, Type.STRING, 0, Integer.MAX_VALUE, choices, null, choices.get(0), false);
  }

  /** A query must have it, and not empty if it is text; those of a path always do. */
  public Parameter needed() {
    double fewest = type == Type.STRING ? 1 : least;
    return new Parameter(name, description, type, fewest, most, choices, pattern, otherwise, true);
  }

  /**
   * Reads a value.
   *
   * @return a Long, a Double or a String
   * @throws ProblemException naming the parameter, the value and what is allowed
   */
  Object read(String value) throws ProblemException {
    return switch (type) {
      case STRING -> text(value);
      case INTEGER -> (Object) (long) within(value, true);
      case NUMBER -> within(value, false);
    };
  }

  private String text(String value) throws ProblemException {
    int length = value.codePointCount(0, value.length());
    boolean good =
        length >= least
            && length <= most
            && (choices.isEmpty() || choices.contains(value))
            && (pattern == null || Pattern.matches(pattern, value));
    if (!good) {
      throw refused(value);
    }
    return value;
  }

  private double within(String value, boolean whole) throws ProblemException {
    try {
      double number = whole ? Long.parseLong(value) : Double.parseDouble(value);
      if (number >= least && number <= most) { // false for NaN
        return number;
      }
    } catch (NumberFormatException e) {
      throw refused(value);
    }
    throw refused(value);
  }

  private ProblemException refused(String value) {
    String shown = value.length() <= 100 ? value : value.substring(0, 100) + "…";
    return ProblemException.badRequest("%s is '%s': use %s".formatted(name, shown, allowed()));
  }

  private String allowed() {
    if (!choices.isEmpty()) {
      return String.join(" or ", choices);
    }
    if (pattern != null) {
      return "a value that matches " + pattern;
    }
    return switch (type) {
      case STRING ->
          (least > 0 ? "%d to %d characters" : "at most %2$d characters")
              .formatted((long) least, (long) most);
      case INTEGER -> "a whole number from %d to %d".formatted((long) least, (long) most);
      case NUMBER -> "a number from %s to %s".formatted(least, most);
    };
  }

  /** Its JSON schema. */
  Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", type.name().toLowerCase(java.util.Locale.ROOT));
    if (type == Type.STRING) {
      if (!choices.isEmpty()) {
        schema.put("enum", new ArrayList<>(choices));
      } else if (pattern != null) {
        schema.put("pattern", "^(?:" + pattern + ")$");
      } else {
        if (least > 0) {
          schema.put("minLength", (long) least);
        }
        schema.put("maxLength", (long) most);
      }
    } else {
      schema.put("minimum", type == Type.INTEGER ? (Object) (long) least : (Object) least);
      schema.put("maximum", type == Type.INTEGER ? (Object) (long) most : (Object) most);
    }
    if (otherwise != null) {
      schema.put("default", otherwise);
    }
    return schema;
  }
}
