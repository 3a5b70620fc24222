package dev.imprint.app.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${env:NAME}} and {@code ${file:PATH}} in the values of one configuration, and
 * removes the substituted values from messages. For one thread.
 */
final class Interpolation {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]+)}");

  private final UnaryOperator<@Nullable String> environment;
  private final Map<String, String> references = new HashMap<>();

  Interpolation(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * Replaces references in every string of the file's tree, in place.
   *
   * @throws ConfigException if a variable is not set or a file cannot be read
   */
  void resolve(YamlFile file) {
    resolve(file, file.tree(), JsonPointer.empty());
  }

  private JsonNode resolve(YamlFile file, JsonNode node, JsonPointer at) {
    if (node instanceof ObjectNode section) {
      section
          .properties()
          .forEach(
              field ->
                  field.setValue(
                      resolve(file, field.getValue(), at.appendProperty(field.getKey()))));
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, resolve(file, list.get(i), at.appendIndex(i)));
      }
    } else if (node instanceof TextNode text) {
      return TextNode.valueOf(resolve(text.textValue(), file.position(at)));
    }
    return node;
  }

  private String resolve(String text, String position) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            match -> {
              String name = match.group(2);
              String value =
                  match.group(1).equals("env") ? variable(name, position) : file(name, position);
              references.put(value, match.group());
              return Matcher.quoteReplacement(value);
            });
  }

  private String variable(String name, String position) {
    String value = environment.apply(name);
    if (value == null) {
      throw new ConfigException(
          "%s: ${env:%s}: the variable is not set; export %2$s or write the value"
              .formatted(position, name));
    }
    return value;
  }

  private static String file(String name, String position) {
    try {
      return Files.readString(Path.of(name)).stripTrailing();
    } catch (IOException e) {
      throw new ConfigException(
          "%s: ${file:%s}: cannot be read: %s; correct the path, or make the file readable"
              .formatted(position, name, FileErrors.reason(e)));
    }
  }

  /** The message with references in place of the substituted values. */
  String redact(String message) {
    String redacted = message;
    // The longest first: one value may contain another.
    for (String value :
        references.keySet().stream()
            .filter(v -> !v.isEmpty())
            .sorted(Comparator.comparing(String::length).reversed())
            .toList()) {
      redacted = redacted.replace(value, references.get(value));
    }
    return redacted;
  }
}
