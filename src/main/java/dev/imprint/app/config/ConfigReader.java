package dev.imprint.app.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.imprint.model.InvalidSettingException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads an {@link ImprintConfig}: the defaults, overridden by a YAML file, overridden by the
 * command line. Thread-safe.
 */
public final class ConfigReader {
  /** Keys under it are Kafka's, and are not checked against known keys. */
  private static final JsonPointer OPEN_SECTION = JsonPointer.compile("/kafka/properties");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          // Paths are plain text here; Jackson's default is a file: URI.
          .addModule(new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance))
          .build();

  private final UnaryOperator<@Nullable String> environment;

  /**
   * @param environment returns a variable's value, or null if it is not set
   */
  public ConfigReader(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  /** The tree of all keys with their defaults, as in a file. */
  public static ObjectNode defaults() {
    return tree(ImprintConfig.DEFAULTS);
  }

  /** The keys of a configuration, as in a file. */
  static ObjectNode tree(ImprintConfig config) {
    return MAPPER.valueToTree(config);
  }

  /**
   * @param file null for the defaults
   * @param overrides values by dotted key, such as {@code kafka.bootstrap_servers}; a value may be
   *     a map, which is merged
   * @throws ConfigException naming location, key, value and fix
   */
  public ImprintConfig read(@Nullable Path file, Map<String, ?> overrides) {
    YamlFile yaml =
        file == null
            ? new YamlFile("command line", MAPPER.createObjectNode(), Map.of())
            : YamlFile.read(file);
    KnownKeys.check(yaml, defaults(), OPEN_SECTION);
    Interpolation interpolation = new Interpolation(environment);
    interpolation.resolve(yaml);
    ObjectNode merged = defaults();
    merge(merged, yaml.tree());
    merge(merged, tree(overrides));
    refuseMissing(yaml, defaults(), merged, JsonPointer.empty());
    try {
      return MAPPER.treeToValue(merged, ImprintConfig.class);
    } catch (JsonMappingException e) {
      JsonPointer key = key(e);
      throw new ConfigException(
          yaml.position(key) + ": " + interpolation.redact(problem(e, key, merged)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // only parsers throw it, and a tree needs none
    }
  }

  private static ObjectNode tree(Map<String, ?> overrides) {
    ObjectNode tree = MAPPER.createObjectNode();
    overrides.forEach(
        (key, value) -> {
          int dot = key.lastIndexOf('.');
          ObjectNode section =
              dot < 0 ? tree : tree.withObject("/" + key.substring(0, dot).replace('.', '/'));
          section.set(key.substring(dot + 1), MAPPER.valueToTree(value));
        });
    return tree;
  }

  private static void merge(ObjectNode onto, ObjectNode from) {
    for (Map.Entry<String, JsonNode> field : from.properties()) {
      JsonNode old = onto.get(field.getKey());
      JsonNode value = field.getValue();
      if (old instanceof ObjectNode section && value instanceof ObjectNode more) {
        merge(section, more);
      } else if (!(old instanceof ObjectNode && value instanceof NullNode)) {
        // A section without keys reads as null and changes nothing.
        onto.set(field.getKey(), value);
      }
    }
  }

  /**
   * A key without a value is null in YAML, which is allowed only for keys whose default is null.
   */
  private static void refuseMissing(
      YamlFile yaml, ObjectNode defaults, ObjectNode tree, JsonPointer at) {
    for (Map.Entry<String, JsonNode> field : defaults.properties()) {
      JsonPointer key = at.appendProperty(field.getKey());
      JsonNode value = tree.path(field.getKey());
      if (value.isNull() && !field.getValue().isNull()) {
        throw new ConfigException(
            "%s: %s has no value: set %s, or remove the line to use the default"
                .formatted(
                    yaml.position(key),
                    KnownKeys.dotted(key),
                    field.getValue().isIntegralNumber()
                        ? "a whole number"
                        : "one such as " + shown(field.getValue())));
      }
      if (field.getValue() instanceof ObjectNode section && value instanceof ObjectNode inner) {
        refuseMissing(yaml, section, inner, key);
      }
    }
  }

  private static JsonPointer key(JsonMappingException e) {
    if (e.getCause() instanceof InvalidSettingException invalid) {
      return JsonPointer.compile("/" + invalid.key().replace('.', '/'));
    }
    return JsonPointer.compile(
        e.getPath().stream()
            .map(at -> "/" + Objects.requireNonNullElse(at.getFieldName(), at.getIndex()))
            .collect(Collectors.joining()));
  }

  private static String problem(JsonMappingException e, JsonPointer key, ObjectNode tree) {
    if (e.getCause() instanceof InvalidSettingException invalid) {
      return String.valueOf(invalid.getMessage());
    }
    String name = KnownKeys.dotted(key);
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown key %s; there are %s".formatted(name, unknown.getKnownPropertyIds());
    }
    JsonNode value = tree.at(key);
    String fix =
        e instanceof MismatchedInputException mismatch
            ? "set " + allowed(mismatch.getTargetType())
            : "see config/imprint.yaml for the settings and their values";
    return value.isNull()
        ? "%s has no value: %s, or remove the line to use the default".formatted(name, fix)
        : "%s is %s: %s".formatted(name, shown(value), fix);
  }

  private static String shown(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.isArray() ? value.toString() : "a section";
  }

  private static String allowed(@Nullable Class<?> type) {
    if (type == null) {
      return "another value";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(" or "));
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list in brackets, such as []";
    }
    return switch (type.getSimpleName()) {
      case "int", "long", "Integer" -> "a whole number";
      case "float", "double" -> "a number";
      case "boolean" -> "true or false";
      case "String", "Path" -> "a text";
      default -> "keys, one per line and indented";
    };
  }
}
