package dev.imprint.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * All schemas in which records of one kind were ever written (schemas/history): records on topics
 * and in stores outlive releases.
 */
final class SchemaHistory {
  private SchemaHistory() {}

  /**
   * Oldest first; the last is the current one, from schemas/.
   *
   * @param name of the schema's file, without its extension
   */
  static List<Schema> of(String name) {
    List<Schema> schemas = new ArrayList<>();
    Schema next = read(name, 1);
    while (next != null) {
      schemas.add(next);
      next = read(name, schemas.size() + 1);
    }
    if (schemas.isEmpty()) {
      throw new IllegalStateException(
          "no resource schemas/history/%s-1.avsc: 'mvn process-resources' puts it there"
              .formatted(name));
    }
    return schemas;
  }

  private static @Nullable Schema read(String name, int number) {
    String resource = "/schemas/history/%s-%d.avsc".formatted(name, number);
    try (InputStream in = SchemaHistory.class.getResourceAsStream(resource)) {
      return in == null ? null : new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException("this jar has a broken " + resource, e);
    }
  }
}
