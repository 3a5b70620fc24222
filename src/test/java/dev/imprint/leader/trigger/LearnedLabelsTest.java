package dev.imprint.leader.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.buffer.Example;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.rollout.Versions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnedLabelsTest {
  @TempDir private Path data;

  @Test
  void shouldKnowWhatTheNewestVersionLearnedFromOrNothingIfThatCannotBeRead() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      TestRegistry registry = TestRegistry.create(broker.bootstrapServers(), "");
      assertThat(newest(registry).labels()).isEmpty();
      ModelVersion version;
      try (Producer<byte[], byte[]> producer = registry.producer();
          Publisher publisher = registry.publisher(producer, 20)) {
        version = publisher.publish(Versions.candidate(1), null, "leader", Publisher.NOTHING_MORE);
      }
      assertThat(newest(registry).labels())
          .isEqualTo(Map.of("image-1", "label-0", "image-2", "label-1"));

      registry.write(
          Versions.record(
              "v2-broken", Versions.BACKBONE, version.head())); // its manifest is missing

      assertThat(newest(registry).labels()).isEmpty();
      assertThat(newest(registry).began()).isNull();
      registry.write(registry.store.topics().models(), "v3-broken", "oops".getBytes(UTF_8));
      assertThat(newest(registry).labels()).isEmpty();
    }
  }

  private static LearnedLabels newest(TestRegistry registry) {
    return LearnedLabels.of(registry.store, registry.store.models().newestTrained());
  }

  @Test
  void shouldTakeNoLabelForNewsThatWasThereWhenTheNewestVersionsTrainingBegan() {
    LearnedLabels learned =
        new LearnedLabels(Map.of("listed", "gear", "relabelled", "gear"), Versions.AT);

    Map<String, String> known =
        learned.withUnlisted(
            List.of(
                example("listed", -9),
                example("relabelled", -1),
                example("too few", 0),
                example("later", 1)));

    assertThat(known).isEqualTo(Map.of("listed", "gear", "relabelled", "gear", "too few", "axle"));
    assertThat(new LearnedLabels(Map.of(), null).withUnlisted(List.of(example("any", -9))))
        .isEmpty();
  }

  @Test
  void shouldTellTheNextTrainingAsALeaderThatBeginsNowWould() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      TestRegistry registry = TestRegistry.create(broker.bootstrapServers(), "");
      try (Producer<byte[], byte[]> producer = registry.producer();
          Publisher publisher = registry.publisher(producer, 20)) {
        publisher.publish(Versions.candidate(1), null, "leader", Publisher.NOTHING_MORE);
      }
      LabelledSet labels =
          new LabelledSet(
              List.of(
                  label("image-1", "label-0", -9),
                  label("too few", "axle", -9),
                  label("later", "axle", 9)));

      Trigger.Facts facts =
          Trigger.Facts.of(registry.store, registry.store.models(), labels, false);

      assertThat(facts.labels()).isEqualTo(new Trigger.Labels(1, 3, true));
      assertThat(facts.lastTraining()).isEqualTo(Versions.AT.minusMillis(100));
      assertThat(facts.serves()).isTrue();
      Trigger.Facts first = Trigger.Facts.of(registry.store, Models.EMPTY, labels, true);
      assertThat(first.labels()).isEqualTo(new Trigger.Labels(3, 0, false));
      assertThat(first.lastTraining()).isNull();
    }
  }

  private static Label label(String id, String label, long secondsLater) {
    Claim claim = new Claim("images", 0, 0, "ab");
    return new Label(id, label, claim, null, "anna", Versions.AT.plusSeconds(secondsLater), claim);
  }

  private static Example example(String id, long secondsLater) {
    Instant at = Versions.AT.plusSeconds(secondsLater);
    return new Example(id, "axle", "ab", null, at, Embedding.of(1));
  }
}
