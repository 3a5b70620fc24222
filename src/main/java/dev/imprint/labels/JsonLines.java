package dev.imprint.labels;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.event.Json;
import dev.imprint.labels.LabelFile.RawLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Labels as one JSON object per line. */
final class JsonLines {
  private JsonLines() {}

  static byte[] write(List<LabelLine> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (LabelLine line : lines) {
      bytes.writeBytes(Json.encode(line));
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }

  static List<RawLine> read(byte[] bytes) {
    List<RawLine> lines = new ArrayList<>();
    int number = 0;
    for (String text : LabelFile.text(bytes).lines().toList()) {
      String where = "line " + ++number;
      if (text.isBlank()) {
        continue;
      }
      try {
        lines.add(new RawLine(where, line(text.getBytes(StandardCharsets.UTF_8))));
      } catch (IOException e) {
        String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        lines.add(
            RawLine.unreadable(
                where,
                "it is not a JSON object like {\"image_id\": \"…\", \"label\": \"…\"}: " + first));
      }
    }
    return lines;
  }

  private static LabelLine line(byte[] text) throws IOException {
    JsonNode node = Json.decode(text, JsonNode.class);
    for (String field : List.of("image_id", "label")) {
      if (node.hasNonNull(field) && !node.get(field).isTextual()) {
        throw new IOException("write its %s as text, in quotes".formatted(field));
      }
    }
    return Json.decode(text, LabelLine.class);
  }
}
