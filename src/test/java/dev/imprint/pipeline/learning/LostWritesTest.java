package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.pipeline.LearningDriver;
import dev.imprint.pipeline.TestClock;
import dev.imprint.pipeline.part.DeadLetters;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** After a crash, writes in the stores that the topic labels lacks are repeated. */
class LostWritesTest {
  private static final byte[] PICTURE = "7".getBytes(UTF_8);
  private static final Claim CLAIM = new Claim("images", 0, 0, Sha256.hex(PICTURE));

  private final TestClock clock = new TestClock(LearningDriver.START);
  private LabelStores stores = new LabelStores(StreamsConfig.AT_LEAST_ONCE);
  private int offset;

  @Test
  void shouldWriteLabelAndPictureAgainUnderAtLeastOnceDelivery() {
    say(start(), "odd", null);

    var written = say(start(), "even", null, "8");

    assertThat(written).containsExactly("picture of 7", "label of 7");
  }

  @Test
  void shouldTakeOutAgainUnderAtLeastOnceDelivery() {
    LabelProcessor processor = start();
    say(processor, "odd", null);
    say(processor, null, Verdict.FORGET);

    var written = say(start(), "even", null, "8");

    assertThat(written).containsExactly("no label of 7", "no picture of 7");
  }

  @Test
  void shouldForgetAgainIfACrashTookTheTombstonesAndLeftThatTheirRecordWasSeen() {
    LabelProcessor processor = start();
    say(processor, "odd", null);
    KeyValueStore<String, byte[]> buffer = stores.context().getStateStore(LabelProcessor.BUFFER);
    byte[] label = buffer.get("7");
    say(processor, null, Verdict.FORGET);
    buffer.put("7", label);
    stores
        .context()
        .<KeyValueStore<String, byte[]>>getStateStore(LabelProcessor.AWAITED)
        .delete("7");
    offset--; // its record comes again

    var written = say(start(), null, Verdict.FORGET);

    assertThat(written).containsExactly("no label of 7", "no picture of 7");
  }

  @Test
  void shouldPassOverADeadlineWhoseFeedbackACrashTook() {
    say(start(), "odd", null, "8");
    KeyValueStore<byte[], byte[]> store = stores.context().getStateStore(LabelProcessor.WAITING);
    WaitingFeedback waiting = new WaitingFeedback(store);
    List<byte[]> keys = new ArrayList<>();
    try (var all = store.all()) {
      all.forEachRemaining(each -> keys.add(each.key));
    }
    store.delete(keys.get(0)); // those by image come first

    assertThat(waiting.expired(Long.MAX_VALUE - 1, 10)).isEmpty();
    assertThat(waiting.isEmpty()).isTrue();
  }

  @Test
  void shouldWriteNothingTwiceUnderExactlyOnceDelivery() {
    stores = new LabelStores(StreamsConfig.EXACTLY_ONCE_V2);
    say(start(), "odd", null);

    assertThat(say(start(), "even", null, "8")).isEmpty();
  }

  private List<String> say(
      LabelProcessor processor, @Nullable String label, @Nullable Verdict verdict) {
    return say(processor, label, verdict, "7");
  }

  /** The records written then. Image 8 is unknown, so feedback on it waits. */
  private List<String> say(
      LabelProcessor processor, @Nullable String label, @Nullable Verdict verdict, String id) {
    Claim claim = id.equals("7") ? CLAIM : null;
    Feedback feedback = new Feedback(id, label, verdict, claim, null, Why.OTHER, null);
    byte[] value = FeedbackCodec.encode(feedback);
    Claim origin = new Claim("feedback", 0, offset++, Sha256.hex(value));
    ArrivedFeedback arrived =
        ArrivedFeedback.of(feedback, origin, id.getBytes(UTF_8), value, new RecordHeaders());
    stores.context().resetForwards();
    processor.process(new Record<>(id, arrived, clock.millis()));
    return stores.context().forwarded().stream()
        .map(
            forward ->
                "%s%s of %s"
                    .formatted(
                        forward.record().value() == null ? "no " : "",
                        forward.childName().orElseThrow().replaceAll("s$", ""),
                        new String(forward.record().key(), UTF_8)))
        .toList();
  }

  private LabelProcessor start() {
    LearningRecords.LearningLimits roomy =
        new LearningRecords.LearningLimits(10_000, 10_000, 10_000, 10_000);
    FeedbackDecision decision =
        new FeedbackDecision(
            new LearningRecords(roomy, 10_000, AnyPicture::new, clock),
            Map.of(CLAIM, new IncomingImage("7", PICTURE, null))::get,
            new DeadLetters(10_000, clock),
            PipelineMetrics.NOOP,
            () -> LabelChanges.NONE,
            clock);
    LabelProcessor processor =
        new LabelProcessor(LearningConfig.DEFAULTS, decision, () -> Long.MAX_VALUE, clock);
    processor.init(stores.context());
    return processor;
  }
}
