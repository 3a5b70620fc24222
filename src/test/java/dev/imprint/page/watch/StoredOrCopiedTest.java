package dev.imprint.page.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.Snapshots;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.pipeline.learning.PictureReader;
import dev.imprint.rollout.Versions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StoredOrCopiedTest {
  private static final Claim CLAIM = new Claim("images", 0, 7, "d1");
  private static final byte[] KEPT = {1, 2};
  private static final byte[] SENT = {3, 4};
  private static final PictureReader COPIES =
      copy -> copy.topic().equals("pictures") ? new IncomingImage("a", KEPT, null) : null;

  private final LedExamples led =
      new LedExamples(
          Snapshots.of(
              List.of(new Example("a", "gear", "d1", null, Instant.EPOCH, Embedding.of(1, 2)))),
          true,
          new Versions.NamedBackbone("b", 2));

  @Test
  void shouldReadAPictureThatIsNoLongerOnItsTopicFromItsCopy() {
    PictureReader reader = new StoredOrCopied(claim -> null, COPIES, () -> led, Topics.DEFAULTS);

    assertThat(Objects.requireNonNull(reader.read(CLAIM)).picture()).isEqualTo(KEPT);
    assertThat(reader.read(new Claim("images", 0, 7, "d2"))).isNull();
  }

  @Test
  void shouldPreferThePictureAsItWasSent() {
    PictureReader images = claim -> new IncomingImage("a", SENT, null);
    PictureReader reader = new StoredOrCopied(images, COPIES, () -> led, Topics.DEFAULTS);

    assertThat(Objects.requireNonNull(reader.read(CLAIM)).picture()).isEqualTo(SENT);
  }

  @Test
  void shouldFindNothingWithoutLeading() {
    PictureReader reader = new StoredOrCopied(claim -> null, COPIES, () -> null, Topics.DEFAULTS);

    assertThat(reader.read(CLAIM)).isNull();
  }
}
