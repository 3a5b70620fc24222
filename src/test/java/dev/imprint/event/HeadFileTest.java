package dev.imprint.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.LinearHead;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadFileTest {
  private static final LinearHead HEAD =
      new LinearHead(
          "b", List.of("nut", "bolt"), new float[] {1, -2, 3.5f, 4}, new float[] {0.5f, 0});

  @Test
  void shouldReadWhatItWrote() throws IOException {
    LinearHead read = HeadFile.read(new ByteArrayInputStream(written(HEAD))).head();

    assertThat(read.backboneId()).isEqualTo("b");
    assertThat(read.labels()).containsExactly("nut", "bolt");
    assertThat(read.weights()).containsExactly(1, -2, 3.5f, 4);
    assertThat(read.bias()).containsExactly(0.5f, 0);
  }

  @Test
  void shouldWriteTheSameHeadAsTheSameBytes() throws IOException {
    assertThat(written(HEAD)).isEqualTo(written(HEAD));
  }

  @Test
  void shouldNameTheSameHeadAlikeAndAnotherOneDifferently() throws IOException {
    LinearHead other =
        new LinearHead(
            "b", List.of("nut", "bolt"), new float[] {1, -2, 3.5f, 4}, new float[] {0.5f, 1});

    String version = HeadFile.read(new ByteArrayInputStream(written(HEAD))).version();

    assertThat(version).matches("head-[0-9a-f]{12}");
    assertThat(HeadFile.read(new ByteArrayInputStream(written(HEAD))).version()).isEqualTo(version);
    assertThat(HeadFile.read(new ByteArrayInputStream(written(other))).version())
        .isNotEqualTo(version);
  }

  @Test
  void shouldRefuseWhatIsNoHead() throws IOException {
    byte[] written = written(HEAD);

    assertThatThrownBy(() -> HeadFile.read(new ByteArrayInputStream(new byte[] {1, 2, 3})))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () ->
                HeadFile.read(
                    new ByteArrayInputStream(Arrays.copyOf(written, written.length - 20))))
        .isInstanceOf(IOException.class);
  }

  private static byte[] written(LinearHead head) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HeadFile.write(head, out);
    return out.toByteArray();
  }
}
