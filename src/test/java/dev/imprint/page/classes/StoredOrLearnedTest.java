package dev.imprint.page.classes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import dev.imprint.pipeline.PictureReader;
import dev.imprint.rollout.Versions;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StoredOrLearnedTest {
  private static final Claim CLAIM = new Claim("images", 0, 7, "d1");
  private static final byte[] KEPT = {1, 2};
  private static final byte[] SENT = {3, 4};

  private final Learner learner =
      new Learner(
          BufferSnapshot.EMPTY,
          true,
          sha256 -> sha256.equals("d1") ? KEPT : null,
          new Versions.NamedBackbone("b", 4));

  @Test
  void shouldReadAPictureThatIsNoLongerOnItsTopicFromWhatIsLearned() {
    PictureReader reader = new StoredOrLearned(claim -> null, () -> learner);

    assertThat(Objects.requireNonNull(reader.read(CLAIM)).picture()).isEqualTo(KEPT);
    assertThat(reader.read(new Claim("images", 0, 7, "d2"))).isNull();
  }

  @Test
  void shouldPreferThePictureAsItWasSent() {
    PictureReader reader =
        new StoredOrLearned(claim -> new IncomingImage("a", SENT, null), () -> learner);

    assertThat(Objects.requireNonNull(reader.read(CLAIM)).picture()).isEqualTo(SENT);
  }

  @Test
  void shouldFindNothingWithoutLeading() {
    assertThat(new StoredOrLearned(claim -> null, () -> null).read(CLAIM)).isNull();
  }
}
