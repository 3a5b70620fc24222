package dev.imprint.event;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The topics of one service, by name.
 *
 * @param prefix of each name; may be empty
 */
public record Topics(String prefix) {
  public static final Topics DEFAULTS = new Topics("");

  /**
   * @throws InvalidSettingException if a topic name cannot have this prefix
   */
  public Topics {
    // Kafka allows 249 characters per name; 200 leave room for ours.
    unless(
        prefix.matches("[a-zA-Z0-9._-]{0,200}"),
        "topics.prefix",
        prefix,
        "use only letters, digits, '.', '_' and '-', at most 200");
  }

  /**
   * The required setup of a topic.
   *
   * @param single whether it has one partition, whatever the others have
   * @param config Kafka's topic settings
   */
  public record Spec(String name, boolean single, Map<String, String> config) {}

  public String images() {
    return prefix + "images";
  }

  public String predictions() {
    return prefix + "predictions";
  }

  public String imagesDlq() {
    return prefix + "images.dlq";
  }

  public String feedback() {
    return prefix + "feedback";
  }

  public String feedbackDlq() {
    return prefix + "feedback.dlq";
  }

  public String outcomes() {
    return prefix + "outcomes";
  }

  /** Together with {@link #pictures()}, the buffer that is learned from; both compacted. */
  public String labels() {
    return prefix + "labels";
  }

  public String pictures() {
    return prefix + "pictures";
  }

  /**
   * Header of a picture there that was scaled down, so that its bytes are not the user's own. Its
   * value is the SHA-256 of the user's bytes in hex, or {@code true} in records of older releases.
   */
  public static final String REENCODED_HEADER = "imprint.reencoded";

  /**
   * Versions by name; under {@link #ROLLOUT_KEY}, the serving one; under {@link #BACKBONES_KEY},
   * the backbones whose versions may serve; under {@link #LABELS_KEY}, what labels are called; and
   * under {@link #PRECISION_KEY}, in which precision a backbone serves.
   */
  public String models() {
    return prefix + "models";
  }

  /** Key of the {@link dev.imprint.model.Rollout} on {@link #models()}. */
  public static final String ROLLOUT_KEY = "rollout";

  /** Key of the backbones that the service has open, on {@link #models()}. */
  public static final String BACKBONES_KEY = "backbones";

  /** Key of the {@link dev.imprint.model.labels.LabelChanges} on {@link #models()}. */
  public static final String LABELS_KEY = "labels";

  /** Key of the precision that a backbone is served in, on {@link #models()}. */
  public static final String PRECISION_KEY = "precision";

  public String artifacts() {
    return prefix + "artifacts";
  }

  public String commands() {
    return prefix + "commands";
  }

  /**
   * Every topic of the service with its required settings.
   *
   * @param maxImageBytes size of the largest image file accepted; a record has up to {@link
   *     #RECORD_OVERHEAD_BYTES} more
   */
  public List<Spec> specs(int maxImageBytes) {
    // Brokers may have a different default policy.
    Map<String, String> recent =
        Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(WEEK.toMillis()));
    // Senders may set any timestamp, and retention would delete records stamped 1970 unread.
    Map<String, String> stamped = both(recent, Map.of("message.timestamp.type", "LogAppendTime"));
    Map<String, String> compacted = Map.of("cleanup.policy", "compact");
    // Longer than images are kept: what is forgotten must not be learned from without its label.
    Map<String, String> remembered =
        Map.of("delete.retention.ms", Long.toString(WEEK.plusDays(1).toMillis()));
    Map<String, String> limit =
        Map.of("max.message.bytes", Integer.toString(maxImageBytes + RECORD_OVERHEAD_BYTES));
    return List.of(
        new Spec(images(), false, both(stamped, limit)),
        new Spec(predictions(), false, recent),
        new Spec(imagesDlq(), false, both(recent, limit)),
        new Spec(feedback(), false, stamped),
        new Spec(feedbackDlq(), false, recent),
        new Spec(outcomes(), false, recent),
        new Spec(labels(), false, both(compacted, remembered)),
        new Spec(pictures(), false, both(compacted, limit)),
        new Spec(models(), true, both(compacted, limit)),
        new Spec(artifacts(), true, compacted),
        new Spec(commands(), true, recent));
  }

  private static Map<String, String> both(Map<String, String> a, Map<String, String> b) {
    Map<String, String> all = new HashMap<>(a);
    all.putAll(b);
    return Map.copyOf(all);
  }

  private static final Duration WEEK = Duration.ofDays(7);

  /** Room for a record's key, headers, event fields and batch framing in addition to the image. */
  public static final int RECORD_OVERHEAD_BYTES = 64 * 1024;
}
