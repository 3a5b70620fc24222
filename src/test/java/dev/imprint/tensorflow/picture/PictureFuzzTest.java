package dev.imprint.tensorflow.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Valid pictures with bytes changed, removed, repeated and swapped: whatever the result, the
 * decoder returns pixels or throws a {@link RejectedException}.
 */
class PictureFuzzTest {
  private static final long SEED = 20_261_124;
  private static final int ROUNDS = 20_000;
  private static final Duration MOST_TIME = Duration.ofSeconds(20);

  @Test
  void shouldThrowNothingButRejections() throws Exception {
    Random random = new Random(SEED);
    List<byte[]> files = files();
    Map<Rejection, Integer> rejections = new EnumMap<>(Rejection.class);
    int decoded = 0;
    long end = System.nanoTime() + MOST_TIME.toNanos();
    try (TensorFlowImageDecoder decoder =
        new TensorFlowImageDecoder(
            TestPictures.description(8, 8, false, PictureInput.Crop.CENTER).pictureInput(),
            new ImageLimits(1 << 20, 1_000_000, ImageLimits.Truncated.RECOVER),
            TensorFlowConfig.DEFAULT)) {
      for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
        byte[] mutant = files.get(random.nextInt(files.size()));
        for (int i = random.nextInt(4); i >= 0; i--) {
          mutant = mutate(mutant, random);
        }
        try {
          assertThat(decoder.decode(mutant).values()).hasSize(8 * 8 * 3);
          decoded++;
        } catch (RejectedException e) {
          assertThat(e).hasMessageNotContainingAny("java.", "Exception", "null");
          rejections.merge(e.reason(), 1, Integer::sum);
        } catch (RuntimeException | Error e) {
          Path kept = Files.write(Path.of("target", "fuzz-" + round), mutant);
          throw new AssertionError("round %d, see %s".formatted(round, kept), e);
        }
      }
    }
    // The mutations must reach beyond the first bytes.
    assertThat(decoded).isPositive();
    assertThat(rejections)
        .containsKeys(
            Rejection.BROKEN_IMAGE, Rejection.TOO_MANY_PIXELS, Rejection.UNSUPPORTED_FORMAT);
  }

  private static List<byte[]> files() throws IOException {
    List<byte[]> files = new ArrayList<>();
    TestPictures.json("/cards/cards.json")
        .fieldNames()
        .forEachRemaining(name -> files.add(TestPictures.resource("/cards/" + name)));
    byte[] jpeg = TestPictures.resource("/cards/rgb.jpg");
    files.add(TestPictures.withExif(jpeg, TestPictures.exif(6)));
    return files;
  }

  private static byte[] mutate(byte[] file, Random random) {
    if (file.length < 2) {
      return file;
    }
    byte[] mutant = file.clone();
    // Half of the mutations hit the header, where the structure is.
    int from = random.nextInt(random.nextBoolean() ? Math.min(64, file.length) : file.length);
    int length = Math.min(1 + random.nextInt(16), file.length - from);
    switch (random.nextInt(6)) {
      case 0 -> mutant[from] ^= (byte) (1 << random.nextInt(8));
      case 1 -> mutant[from] = (byte) random.nextInt(256);
      case 2 -> Arrays.fill(mutant, from, from + length, (byte) (random.nextBoolean() ? 0 : 0xFF));
      case 3 -> {
        return Arrays.copyOf(file, from + 1);
      }
      case 4 -> {
        // cut out
        return concat(
            Arrays.copyOf(file, from), Arrays.copyOfRange(file, from + length, file.length));
      }
      default -> {
        // repeat
        return concat(
            Arrays.copyOf(file, from + length), Arrays.copyOfRange(file, from, file.length));
      }
    }
    return mutant;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
