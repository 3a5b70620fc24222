package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.avro.ImageEvent;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IncomingImageTest {
  private static final byte[] PICTURE = {(byte) 0xFF, (byte) 0xD8, 1, 2, 3};

  @Test
  void shouldTakeABareFileAsThePicture() throws Exception {
    IncomingImage image = IncomingImage.read("belt-1".getBytes(UTF_8), PICTURE, "images-0-7");

    assertThat(image.id()).isEqualTo("belt-1");
    assertThat(image.picture()).isEqualTo(PICTURE);
    assertThat(image.group()).isNull();
  }

  @Test
  void shouldReadAnEventsFields() throws Exception {
    IncomingImage image = IncomingImage.read(null, event("belt-1"), "images-0-7");

    assertThat(image.id()).isEqualTo("belt-1");
    assertThat(image.picture()).isEqualTo(PICTURE);
    assertThat(image.group()).isEqualTo("burst");
  }

  @Test
  void shouldFallBackToThePlaceOfTheRecord() throws Exception {
    assertThat(IncomingImage.read(null, event(null), "images-0-7").id()).isEqualTo("images-0-7");
    assertThat(IncomingImage.read(null, PICTURE, "images-0-7").id()).isEqualTo("images-0-7");
  }

  @Test
  void shouldRefuseAnEventOfAnotherSchema() throws Exception {
    byte[] event = event("belt-1");
    event[5] ^= 1; // in the schema's fingerprint

    assertRejected(null, event, Rejection.BAD_EVENT, "image-event.avsc");
  }

  @Test
  void shouldRefuseAnEventThatIsCutOff() throws Exception {
    byte[] event = event("belt-1");

    assertRejected(null, Arrays.copyOf(event, event.length - 4), Rejection.BAD_EVENT, "truncated");
  }

  @Test
  void shouldRefuseAKeyThatIsEmptyOrTooLong() {
    assertRejected(new byte[0], PICTURE, Rejection.BAD_KEY, "0 bytes");
    assertRejected(new byte[1025], PICTURE, Rejection.BAD_KEY, "1025 bytes");
  }

  @Test
  void shouldRefuseAnEventsIdThatIsTooLong() throws Exception {
    assertRejected(null, event("x".repeat(1025)), Rejection.BAD_KEY, "1025 bytes");
  }

  /** Nor may a forged length make the reader allocate memory for it. */
  @Test
  void shouldCauseNoOtherExceptionWhateverTheBytes() throws Exception {
    Random random = new Random(42);
    byte[] valid = event("belt-1");
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = mutated(valid, random);
      try {
        assertThat(IncomingImage.read(null, bytes, "images-0-7").picture()).isNotNull();
      } catch (RejectedException e) {
        assertThat(e.reason()).isIn(Rejection.EMPTY, Rejection.BAD_EVENT, Rejection.BAD_KEY);
      }
    }
  }

  private static byte[] mutated(byte[] valid, Random random) {
    byte[] bytes = Arrays.copyOf(valid, random.nextInt(valid.length + 8));
    // Mostly after the header, which alone decides whether the rest is read.
    int from = random.nextInt(8) == 0 ? 0 : 10;
    for (int n = random.nextInt(6); n > 0 && bytes.length > from; n--) {
      bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static void assertRejected(
      byte @Nullable [] key, byte[] value, Rejection reason, String said) {
    assertThatThrownBy(() -> IncomingImage.read(key, value, "images-0-7"))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(said);
  }

  private static byte[] event(@Nullable String id) throws IOException {
    ByteBuffer encoded =
        ImageEvent.getEncoder()
            .encode(
                ImageEvent.newBuilder()
                    .setImage(ByteBuffer.wrap(PICTURE))
                    .setImageId(id)
                    .setGroup("burst")
                    .setCapturedAt(Instant.EPOCH)
                    .build());
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }
}
