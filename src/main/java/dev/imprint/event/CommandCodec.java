package dev.imprint.event;

import dev.imprint.model.Command;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.model.labels.PlainText;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands as JSON. People and scripts write them, so they are parsed by the same rules as
 * feedback: strictly, except for fields that are only for people (by, issued_at).
 */
public final class CommandCodec {
  private static final String UNKNOWN = "unknown";

  private CommandCodec() {}

  public static byte[] encode(Command command) {
    return Json.encode(command);
  }

  /** Whether it is the leader's answer to a command; both share the topic. */
  public static boolean isAnswer(byte[] value) {
    try {
      if (!JsonFields.isObject(value)) {
        return false;
      }
      JsonFields fields = JsonFields.read(value);
      return fields.has("state") && fields.has("command");
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * @throws IOException if it is not a command; the message is for people
   */
  public static Command read(byte[] value) throws IOException {
    JsonFields fields = JsonFields.read(value);
    String id = fields.text("id");
    Command.Kind kind = fields.oneOf("kind", Command.Kind.class);
    if (id == null || kind == null || !fields.has("expires_at")) {
      throw new IOException("it must have id, kind and expires_at");
    }
    if (id.isEmpty() || id.length() > PlainText.MAX_LENGTH) {
      throw new IOException(
          "its id has %d characters: use 1 to %d".formatted(id.length(), PlainText.MAX_LENGTH));
    }
    Instant expiresAt = fields.time("expires_at");
    if (expiresAt == null) {
      throw new IOException("its expires_at is not a time: write it as 2026-11-24T09:10:00Z");
    }
    Instant issuedAt = fields.time("issued_at");
    String by = fields.forPeople("by");
    return new Command(
        id,
        kind,
        fields.text("version"),
        change(kind, fields.object("change")),
        fields.text("expected_serving"),
        fields.flag("force"),
        issuedAt == null ? Instant.EPOCH : issuedAt,
        expiresAt,
        by == null ? UNKNOWN : by);
  }

  private static @Nullable LabelChange change(Command.Kind kind, @Nullable JsonFields change)
      throws IOException {
    if (kind != Command.Kind.LABELS) {
      return null;
    }
    LabelChange.Kind its = change == null ? null : change.oneOf("kind", LabelChange.Kind.class);
    if (change == null || its == null) {
      throw new IOException("it must have a change, with its kind and labels");
    }
    List<String> labels = new ArrayList<>();
    for (String label : change.texts("labels", LabelChange.MOST_LABELS)) {
      labels.add(label("labels", label));
    }
    String into = change.text("into");
    try {
      return new LabelChange(its, labels, into == null ? null : label("into", into));
    } catch (IllegalArgumentException e) {
      throw new IOException("its change cannot be made: " + e.getMessage(), e);
    }
  }

  private static String label(String field, String text) throws IOException {
    try {
      return PlainText.label(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("its change.%s %s".formatted(field, e.getMessage()), e);
    }
  }
}
