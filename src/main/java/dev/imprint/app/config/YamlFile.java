package dev.imprint.app.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A YAML file as a tree that remembers its keys' positions.
 *
 * @param name for messages
 * @param locations of each key, by its JSON pointer
 */
record YamlFile(String name, ObjectNode tree, Map<JsonPointer, JsonLocation> locations) {
  /**
   * @throws ConfigException if it cannot be read, is not YAML, repeats a key, or contains no keys
   */
  static YamlFile read(Path file) {
    YAMLMapper mapper =
        YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    try {
      String text = Files.readString(file);
      Map<JsonPointer, JsonLocation> locations = locate(mapper, text);
      JsonNode root = mapper.readTree(text);
      if (root.isMissingNode() || root.isNull()) {
        root = mapper.createObjectNode();
      }
      if (!(root instanceof ObjectNode tree)) {
        throw new ConfigException(
            file
                + ": not a list of keys; see config/imprint.yaml for the settings and their"
                + " values");
      }
      return new YamlFile(file.toString(), tree, locations);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      // The rest of the message quotes lines of the file, which may hold a password.
      String problem =
          e.getOriginalMessage()
              .lines()
              .filter(line -> !line.startsWith(" "))
              .collect(Collectors.joining(", "));
      throw new ConfigException(
          "%s: %s; check the colons, quotes and indentation on that line and the one before"
              .formatted(at == null ? file : position(file.toString(), at), problem));
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          file + ": no such file; name an existing one with --config, or" + " omit the option");
    } catch (IOException e) {
      throw new ConfigException("%s: cannot be read: %s".formatted(file, FileErrors.reason(e)));
    }
  }

  private static Map<JsonPointer, JsonLocation> locate(YAMLMapper mapper, String text)
      throws IOException {
    Map<JsonPointer, JsonLocation> locations = new HashMap<>();
    try (JsonParser parser = mapper.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          locations.put(parser.getParsingContext().pathAsPointer(), parser.currentTokenLocation());
        }
      }
    }
    return locations;
  }

  /**
   * Name of the file with the line and column of {@code key}, if the file has the key; a value in a
   * list has the list's.
   */
  String position(JsonPointer key) {
    JsonLocation at = locations.get(key);
    if (at != null) {
      return position(name, at);
    }
    return key.last() != null && key.last().mayMatchElement() ? position(key.head()) : name;
  }

  private static String position(String name, JsonLocation at) {
    return "%s:%d:%d".formatted(name, at.getLineNr(), at.getColumnNr());
  }
}
