package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.event.LabelRemoval;
import dev.imprint.model.Label;
import dev.imprint.pipeline.learning.KnownLabels.Awaited;
import dev.imprint.pipeline.learning.KnownLabels.LabelKind;
import dev.imprint.pipeline.part.OriginalRecord;
import dev.imprint.pipeline.part.Output;
import java.io.IOException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The label processor's view of the topic {@code labels}, which it writes and reads: others delete
 * labels there, and lost stores are rebuilt from it. The topic's order decides. Until our own last
 * write for an image has come back, anything read for that image is older than that write, and
 * ignored.
 *
 * <p>When somebody else's tombstone arrives, a later record may already follow it, as when a topic
 * is read from the beginning. So it is not acted on at once: we append a tombstone of our own, as a
 * question, and when it comes back we know which label is current.
 *
 * <p>Used only by its task's stream thread. Forwards before it changes a store.
 */
final class BufferedLabels {
  private final KnownLabels known;
  private final FeedbackDecision decision;
  private final ProcessorContext<byte[], byte[]> context;

  BufferedLabels(
      KnownLabels known, FeedbackDecision decision, ProcessorContext<byte[], byte[]> context) {
    this.known = known;
    this.decision = decision;
    this.context = context;
  }

  @Nullable Label get(String imageId) {
    return known.get(imageId);
  }

  /** Writes the effect of feedback. */
  void apply(String imageId, Effect effect) {
    apply(imageId, effect, LabelKind.SAID);
  }

  private void apply(String imageId, Effect effect, LabelKind kind) {
    for (Output output : effect.outputs()) {
      context.forward(output.record(), output.child());
    }
    for (Output output : effect.outputs()) {
      String name = LabelWrite.nameOf(output.record().headers());
      if (name != null && output.child().equals(LearningTopology.LABELS)) {
        known.set(imageId, effect.put());
        known.wrote(imageId, name, kind);
      }
    }
  }

  /** Handles a record of the topic, which others may write to as well. */
  void read(@Nullable String imageId, byte @Nullable [] value, Headers headers) {
    Label label = value == null || imageId == null ? null : label(imageId, value);
    if (imageId == null || (value != null && label == null)) {
      refuse(imageId, value, headers);
    }
    if (imageId == null) {
      return;
    }
    Awaited awaited = known.awaited(imageId);
    if (awaited != null && awaited.name().equals(LabelWrite.nameOf(headers))) {
      cameBack(imageId, awaited);
      return;
    }
    Label current = known.get(imageId);
    boolean takesOut = value == null && current != null && means(headers, current);
    if (awaited != null && awaited.kind() == LabelKind.ANSWER && takesOut) {
      apply(
          imageId, decision.effects().dropped(imageId)); // came between the question and its answer
    } else if (awaited == null || awaited.kind() == LabelKind.QUESTION) {
      // A record that is no label deletes nothing, but has replaced the label on the topic.
      boolean displaces = label == null && (value == null || current != null);
      if (displaces && awaited == null) {
        ask(imageId);
      }
      if (label != null) {
        known.set(imageId, label);
      } else if (takesOut) {
        known.set(imageId, null);
      }
    }
  }

  private void cameBack(String imageId, Awaited awaited) {
    if (awaited.kind() == LabelKind.QUESTION) {
      apply(imageId, decision.effects().standing(imageId, known.get(imageId)), LabelKind.ANSWER);
    }
    if (awaited.equals(known.awaited(imageId))) {
      known.cameBack(imageId); // nothing was written after it
    }
  }

  private static boolean means(Headers headers, Label current) {
    LabelRemoval removal = LabelRemoval.of(headers);
    return removal == null || removal.means(current);
  }

  /** Null if it is not a label, or belongs to another image. */
  private static @Nullable Label label(String imageId, byte[] value) {
    try {
      Label label = Json.decode(value, Label.class);
      return label.imageId().equals(imageId) ? label : null;
    } catch (IOException e) {
      return null;
    }
  }

  private void refuse(@Nullable String imageId, byte @Nullable [] value, Headers headers) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    byte[] key = imageId == null ? null : imageId.getBytes(UTF_8);
    Output letter =
        decision.badLabel(
            new OriginalRecord(key, value, headers, at.topic(), at.partition(), at.offset()));
    context.forward(letter.record(), letter.child());
  }

  private void ask(String imageId) {
    Record<byte[], byte[]> question = decision.records().labelTombstone(imageId);
    String name = LabelWrite.nameOf(question.headers());
    context.forward(question, LearningTopology.LABELS);
    if (name != null) {
      known.wrote(imageId, name, LabelKind.QUESTION);
    }
  }

  /**
   * Under at-least-once delivery, a crash may leave a write in the stores that never reached the
   * topic and would be awaited forever, so it is repeated.
   */
  void writeAgain() {
    for (String imageId : known.awaiting()) {
      Awaited awaited = known.awaited(imageId);
      if (awaited != null && awaited.kind() == LabelKind.QUESTION) {
        ask(imageId);
      } else {
        apply(imageId, decision.effects().again(imageId, known.get(imageId)));
      }
    }
  }
}
