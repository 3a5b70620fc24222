package dev.imprint.event;

import static dev.imprint.model.head.Activation.RELU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.avro.HiddenLayer;
import dev.imprint.model.head.Activation;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.DenseLayer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

class HeadFileTest {
  private static final DenseHead DEEP = deep(Activation.SILU);
  private static final DenseHead HEAD =
      new DenseHead(
          "b", List.of("nut", "bolt"), new float[] {1, -2, 3.5f, 4}, new float[] {0.5f, 0});

  @Test
  void shouldReadWhatItWrote() throws IOException {
    DenseHead read = HeadFile.read(new ByteArrayInputStream(written(HEAD))).head();

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
    DenseHead other =
        new DenseHead(
            "b", List.of("nut", "bolt"), new float[] {1, -2, 3.5f, 4}, new float[] {0.5f, 1});

    String version = HeadFile.read(new ByteArrayInputStream(written(HEAD))).version();

    assertThat(version).matches("head-[0-9a-f]{12}");
    assertThat(HeadFile.read(new ByteArrayInputStream(written(HEAD))).version()).isEqualTo(version);
    assertThat(HeadFile.read(new ByteArrayInputStream(written(other))).version())
        .isNotEqualTo(version);
  }

  @Test
  void shouldKeepHiddenLayers() throws IOException {
    DenseHead read = HeadFile.read(new ByteArrayInputStream(written(DEEP))).head();

    assertThat(read).usingRecursiveComparison().isEqualTo(DEEP);
    assertThat(version(DEEP)).isNotEqualTo(version(deep(Activation.TANH))).matches("head-.{12}");
    assertThat(version(deep(Activation.TANH))).isEqualTo(version(deep(Activation.TANH)));
  }

  /** Versions of earlier releases are named so. */
  @Test
  void shouldNameLinearHeadsAsBeforeThereWereHiddenLayers() throws IOException {
    assertThat(version(HEAD)).isEqualTo("head-36d95c56ab6a");
  }

  @Test
  void shouldRefuseADamagedFile() throws IOException {
    byte[] whole = written(DEEP);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> HeadFile.read(new ByteArrayInputStream(part)))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("not a head file, or ");
    }
  }

  @Test
  void shouldNotAllocateWhatAForgedLengthAsksFor() throws IOException {
    byte[] whole = written(HEAD);
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    int block = lastIndexOfMarker(whole, written(HEAD).length - 16) + 16;
    forged.write(whole, 0, block);
    Encoder encoder = EncoderFactory.get().directBinaryEncoder(forged, null);
    encoder.writeLong(1);
    encoder.writeLong(2_000_000_000L);

    assertThatThrownBy(() -> HeadFile.read(new ByteArrayInputStream(forged.toByteArray())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it ends within a block of 2,000,000,016 bytes");
  }

  /** Where the last block's data begins, less its two lengths: after the header's marker. */
  private static int lastIndexOfMarker(byte[] file, int before) {
    byte[] marker = Arrays.copyOfRange(file, before, before + 16);
    for (int at = before - 1; at >= 0; at--) {
      if (Arrays.equals(Arrays.copyOfRange(file, at, at + 16), marker)) {
        return at;
      }
    }
    throw new AssertionError("no header");
  }

  @Test
  void shouldRefuseAnActivationThatItDoesNotKnow() throws IOException {
    ByteBuffer number = ByteBuffer.allocate(4);
    var layer = new HiddenLayer(number, number, "gelu");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var writer =
        new DataFileWriter<dev.imprint.event.avro.HeadFile>(new SpecificDatumWriter<>())) {
      writer.create(dev.imprint.event.avro.HeadFile.getClassSchema(), out);
      writer.append(
          new dev.imprint.event.avro.HeadFile("b", List.of("nut"), number, number, List.of(layer)));
    }

    assertThatThrownBy(() -> HeadFile.read(new ByteArrayInputStream(out.toByteArray())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the activation 'gelu' is none of linear, relu, silu, tanh");
  }

  private static String version(DenseHead head) throws IOException {
    return HeadFile.read(new ByteArrayInputStream(written(head))).version();
  }

  private static DenseHead deep(Activation last) {
    return new DenseHead(
        "b",
        List.of("nut", "bolt"),
        List.of(
            new DenseLayer(new float[] {1, -1, 0.5f, 2, 1, 1}, new float[] {0, 0.25f, -1}, RELU),
            new DenseLayer(new float[] {1, 2, 3}, new float[] {-0f}, last)),
        new float[] {1, -1},
        new float[2]);
  }

  private static byte[] written(DenseHead head) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HeadFile.write(head, out);
    return out.toByteArray();
  }
}
