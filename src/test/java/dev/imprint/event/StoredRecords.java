package dev.imprint.event;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * Records as releases wrote them to topics, stores and files (src/test/resources/records): they
 * must stay readable forever, whatever changes. Never rewritten.
 */
public final class StoredRecords {
  private StoredRecords() {}

  public static boolean has(String name) {
    return StoredRecords.class.getResource("/records/" + name) != null;
  }

  public static byte[] read(String name) throws IOException {
    try (InputStream in = StoredRecords.class.getResourceAsStream("/records/" + name)) {
      return Objects.requireNonNull(in, "no record " + name).readAllBytes();
    }
  }
}
