package dev.imprint.app.config;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * docs/configuration.md: keys, types and defaults come from the configuration's records, allowed
 * values from their error messages, and reasons from the comments in config/imprint.yaml.
 */
final class ConfigurationPage {
  private static final String INTRODUCTION =
      """
      # Configuration

      This page is generated from the code and from the comments in
      [config/imprint.yaml](../config/imprint.yaml), which has the same content as a settings file.

      Your own file needs only the settings you change: `bin/imprint serve --config my.yaml`.
      Command-line options override it. Values can contain `${env:NAME}`, an environment variable, and
      `${file:PATH}`, a file's content, to keep secrets out of the settings file; the substituted values
      never appear in logs or error messages. Relative paths start at the working directory. If a key is
      unknown or repeated, or a value is not allowed, Imprint does not start: the message names the file,
      line, key, value and fix, and the exit code is 2.

      These environment variables are read before the file: `JAVA_HOME`, `IMPRINT_JAVA_OPTS` (extra flags
      for Java, such as `-Xmx2g`; the default heap is 1 GiB), `NO_COLOR`, `TF_CPP_MIN_LOG_LEVEL` (2 by
      default; 0 shows all of TensorFlow's messages), and `MALLOC_ARENA_MAX` (2 by default; with more of
      glibc's arenas, memory grows with each training run).
      """;

  /** Most keys with bounds refuse one of these, with a message that says what they accept. */
  private static final List<Object> REFUSED =
      List.of(-1, 0, Integer.MAX_VALUE, -0.5, 1.5, "/\n", List.of(0));

  /** A message for any value of another type is no bound; nor is one that compares two settings. */
  private static final Pattern OF_ANOTHER_TYPE =
      Pattern.compile("set (a text|a number|a whole number|true or false|a list .*|keys, .*)");

  private final Map<String, String> comments = new LinkedHashMap<>();

  ConfigurationPage(Path reference) throws IOException {
    LoaderOptions options = new LoaderOptions().setProcessComments(true);
    var reader = new StreamReader(new StringReader(Files.readString(reference)));
    Composer composer = new Composer(new ParserImpl(reader, options), new Resolver(), options);
    readComments((MappingNode) composer.getSingleNode(), "");
  }

  String write() {
    StringBuilder alone = new StringBuilder();
    StringBuilder sections = new StringBuilder();
    ObjectNode defaults = ConfigReader.defaults();
    for (RecordComponent part : ImprintConfig.class.getRecordComponents()) {
      String key = snakeCase(part.getName());
      if (part.getType().isRecord()) {
        sections.append("\n## ").append(key).append("\n\n").append(tableHead());
        rows(part.getType(), key, defaults.get(key), sections);
      } else {
        row(part, key, defaults.get(key), alone);
      }
    }
    return INTRODUCTION + "\n## Top level\n\n" + tableHead() + alone + sections;
  }

  private static String tableHead() {
    return "| key | default | allowed values | description |\n|---|---|---|---|\n";
  }

  private void rows(Class<?> section, String prefix, JsonNode defaults, StringBuilder out) {
    for (RecordComponent part : section.getRecordComponents()) {
      String name = snakeCase(part.getName());
      String key = prefix + "." + name;
      if (part.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
        rows(part.getType(), prefix, defaults, out);
      } else if (part.getType().isRecord()) {
        rows(part.getType(), key, defaults.get(name), out);
      } else {
        row(part, key, defaults.get(name), out);
      }
    }
  }

  private void row(RecordComponent part, String key, JsonNode value, StringBuilder out) {
    String comment = comments.get(key);
    if (comment == null) {
      throw new AssertionError(key + " has no comment in config/imprint.yaml");
    }
    out.append(
        "| `%s` | `%s` | %s | %s |\n"
            .formatted(key, plain(value), cell(allowed(part, key)), cell(comment)));
  }

  private static String plain(JsonNode value) {
    return value.isFloatingPointNumber()
        ? new BigDecimal(value.asText()).stripTrailingZeros().toPlainString()
        : value.toString();
  }

  private static String allowed(RecordComponent part, String key) {
    Class<?> type = part.getType();
    if (type.isEnum()) {
      return Stream.of(type.getEnumConstants())
          .map(constant -> "`" + constant.toString().toLowerCase(Locale.ROOT) + "`")
          .collect(Collectors.joining(", "));
    }
    String kind =
        switch (type.getSimpleName()) {
          case "int", "long" -> "whole number";
          case "float", "double" -> "number";
          case "boolean" -> "`true`, `false`";
          case "List" -> "list";
          case "Map" -> "keys and values";
          case "Path" -> "path";
          default -> "text";
        };
    String nullable =
        part.getAnnotatedType().isAnnotationPresent(Nullable.class) ? ", or `null`" : "";
    Set<String> bounds = new LinkedHashSet<>();
    REFUSED.forEach(value -> refusal(key, value).ifPresent(bounds::add));
    return Stream.concat(Stream.of(kind + nullable), bounds.stream())
        .collect(Collectors.joining(", "));
  }

  /** The records' message for a value of the right type that is out of bounds. */
  private static Optional<String> refusal(String key, Object value) {
    try {
      new ConfigReader(name -> null).read(null, Map.of(key, value));
      return Optional.empty();
    } catch (ConfigException e) {
      String start = key + " is " + value + ": ";
      String message = String.valueOf(e.getMessage());
      int at = message.indexOf(start);
      String fix = at < 0 ? "" : message.substring(at + start.length());
      return OF_ANOTHER_TYPE.matcher(fix).matches() || fix.contains("(now ") || fix.isEmpty()
          ? Optional.empty()
          : Optional.of(fix.replaceFirst("^set (it )?", ""));
    }
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\s+", " ").strip();
  }

  private void readComments(MappingNode section, String prefix) {
    for (NodeTuple entry : section.getValue()) {
      Node name = entry.getKeyNode();
      String key = prefix + ((ScalarNode) name).getValue();
      if (entry.getValueNode() instanceof MappingNode nested && !nested.getValue().isEmpty()) {
        readComments(nested, key + ".");
      }
      if (name.getBlockComments() != null) {
        comments.put(key, lastBlock(name.getBlockComments()));
      }
    }
  }

  /** The block directly above the key; a blank line ends a comment on something else. */
  private static String lastBlock(List<CommentLine> lines) {
    int last = 0;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).getCommentType() == CommentType.BLANK_LINE) {
        last = i + 1;
      }
    }
    return lines.stream()
        .skip(last)
        .map(line -> line.getValue().strip())
        .collect(Collectors.joining(" "));
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
