package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.avro.TunedWeight;
import dev.imprint.model.TunedTop;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;

/** Fine-tuned weights as a file: an Avro object container with a record for each variable. */
public final class TopFile {
  private static final String BACKBONE = "imprint.backbone";
  private static final String COUNT = "imprint.weights";
  private static final int MOST_WEIGHTS = 10_000;

  private TopFile() {}

  /**
   * SHA-256 (hex) over the backbone and all weights, the same for the same content.
   *
   * @param top whose variables' order counts
   */
  public static String digest(TunedTop top) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(top.backboneId().getBytes(UTF_8));
      for (TunedTop.Weight weight : top.weights()) {
        digest.update((weight.name() + weight.shape()).getBytes(UTF_8));
        digest.update(WeightContainer.bytes(weight.values()));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has SHA-256
    }
  }

  /** The same weights give the same bytes. */
  public static void write(TunedTop top, OutputStream out) throws IOException {
    try (DataFileWriter<TunedWeight> writer =
        new DataFileWriter<>(new SpecificDatumWriter<>(TunedWeight.class))) {
      writer.setCodec(CodecFactory.deflateCodec(1)); // weights hardly get smaller
      writer.setMeta(BACKBONE, top.backboneId());
      writer.setMeta(COUNT, top.weights().size());
      // Not Avro's random marker: the same weights must have the same digest.
      byte[] marker = Arrays.copyOf(digest(top).getBytes(UTF_8), DataFileConstants.SYNC_SIZE);
      writer.create(TunedWeight.getClassSchema(), out, marker);
      for (TunedTop.Weight weight : top.weights()) {
        writer.append(
            new TunedWeight(
                weight.layer(),
                weight.name(),
                weight.shape(),
                WeightContainer.bytes(weight.values())));
      }
    }
  }

  /**
   * @throws IOException if the file cannot be read, or does not hold fine-tuned weights
   */
  public static TunedTop read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no such file", e);
    }
  }

  /**
   * @param in read to its end, not closed
   * @throws IOException if it does not hold fine-tuned weights, or not valid ones
   */
  public static TunedTop read(InputStream in) throws IOException {
    return WeightContainer.read(
        in, TunedWeight.class, "a file of fine-tuned weights", TopFile::read);
  }

  private static TunedTop read(DataFileStream<TunedWeight> records) throws IOException {
    String backbone = records.getMetaString(BACKBONE);
    if (backbone == null) {
      throw new IOException("it does not say which backbone the weights belong to");
    }
    List<TunedTop.Weight> weights = new ArrayList<>();
    for (TunedWeight weight : records) {
      if (weights.size() == MOST_WEIGHTS) {
        throw new IOException("it has more than %,d variables".formatted(MOST_WEIGHTS));
      }
      weights.add(
          new TunedTop.Weight(
              weight.getLayer(),
              weight.getName(),
              weight.getShape(),
              WeightContainer.floats(weight.getValues())));
    }
    if (weights.size() != records.getMetaLong(COUNT)) {
      throw new IOException("it ends after %,d variables".formatted(weights.size()));
    }
    return new TunedTop(backbone, weights);
  }
}
