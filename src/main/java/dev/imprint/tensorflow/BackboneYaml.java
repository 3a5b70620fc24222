package dev.imprint.tensorflow;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Reads and writes {@link BackboneDescription}s. */
public final class BackboneYaml {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .build();

  private BackboneYaml() {}

  /**
   * @param name of the YAML, for messages
   */
  static BackboneDescription read(URI yaml, String name) {
    try (InputStream in = yaml.toURL().openStream()) {
      if (!(YAML.readTree(in) instanceof ObjectNode fields)) {
        throw new IllegalArgumentException(name + ": not a YAML mapping");
      }
      String file = fields.path("file").asText();
      if (!file.isEmpty()) {
        fields.put("file", sibling(yaml, file).toString());
      }
      if (fields.path("labels").isTextual()) {
        URI list = sibling(yaml, fields.get("labels").asText());
        ArrayNode labels = fields.putArray("labels");
        BackboneLabels.read(list, name).forEach(labels::add);
      }
      requireTexts(fields.path("labels"), name);
      return YAML.treeToValue(fields, BackboneDescription.class);
    } catch (UnrecognizedPropertyException e) {
      throw new IllegalArgumentException(
          "%s: unknown key '%s'; the known keys are %s"
              .formatted(name, e.getPropertyName(), e.getKnownPropertyIds()),
          e);
    } catch (JsonMappingException e) {
      String key = e.getPath().isEmpty() ? "" : e.getPath().get(0).getFieldName() + ": ";
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String problem =
          cause instanceof JsonMappingException json
              ? json.getOriginalMessage()
              : cause.getMessage();
      throw new IllegalArgumentException(name + ": " + key + problem, e);
    } catch (IOException e) {
      // The rest of a parser's message quotes the file.
      String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new IllegalArgumentException(
          ("%s is not the YAML of a backbone (%s): name one such as"
                  + " backbones/efficientnet-lite0.yaml")
              .formatted(name, problem.replaceFirst("^[\\w.]+Exception: ", "")),
          e);
    }
  }

  /** YAML has already turned others into something else: 010 into 8, and no into false. */
  private static void requireTexts(JsonNode labels, String name) {
    for (int i = 0; i < labels.size(); i++) {
      JsonNode label = labels.get(i);
      if (label.isNumber() || label.isBoolean()) {
        throw new IllegalArgumentException(
            "%s: labels, number %d: YAML reads it as %s, not as text; put it in quotes"
                .formatted(name, i + 1, label));
      }
    }
  }

  /** {@link URI#resolve} does not support {@code jar:} URIs. */
  private static URI sibling(URI yaml, String file) {
    if (yaml.getScheme().equals("file")) {
      return Path.of(yaml).resolveSibling(file).toUri();
    }
    String address = yaml.toString();
    return URI.create(address.substring(0, address.lastIndexOf('/') + 1) + file);
  }

  /** Text that {@link #read} understands, if stored next to the network's file. */
  static String write(BackboneDescription description) {
    return text(fields(description));
  }

  /**
   * The same, with the labels in a file of their own.
   *
   * @param labels name of that file
   */
  public static String write(BackboneDescription description, String labels) {
    return text(fields(description).put("labels", labels));
  }

  private static ObjectNode fields(BackboneDescription description) {
    ObjectNode fields = YAML.createObjectNode();
    fields.put("file", String.valueOf(Path.of(description.file()).getFileName()));
    ObjectNode all = YAML.valueToTree(description);
    all.properties().stream()
        .filter(field -> !field.getValue().isNull())
        .filter(field -> !field.getValue().isArray() || !field.getValue().isEmpty())
        .forEach(field -> fields.putIfAbsent(field.getKey(), field.getValue()));
    return fields;
  }

  private static String text(ObjectNode fields) {
    try {
      return YAML.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // plain values always map
    }
  }

  /**
   * Every field that an embedding depends on, with defaults filled in and keys in alphabetical
   * order: neither the file's name nor the labels.
   */
  static String canonical(BackboneDescription description) {
    return YAML.<ObjectNode>valueToTree(description).without(List.of("file", "labels")).toString();
  }
}
