package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.LinearHead;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * A head as a file: an Avro object container with one record of head.avsc.
 *
 * @param version derived from the content, so the same head has the same version everywhere
 */
public record HeadFile(String version, LinearHead head) {
  private static final int VERSION_DIGITS = 12;
  private static final String CLASSIFIER = "classifier-";

  /** Wraps a backbone's own classification head; it has no file of ours, but serves like one. */
  public static HeadFile ofClassifier(LinearHead head) {
    return new HeadFile(classifierVersion(head.backboneId(), head.labels()), head);
  }

  /** The version of a backbone's classification head, whose weights are the backbone's. */
  public static String classifierVersion(String backboneId, List<String> labels) {
    String digest = Sha256.hex((backboneId + labels).getBytes(UTF_8));
    return CLASSIFIER + digest.substring(0, VERSION_DIGITS);
  }

  /** Whether it is a backbone's own classification head. */
  public boolean isClassifier() {
    return version.startsWith(CLASSIFIER);
  }

  /**
   * @throws IOException if the file cannot be read, or is not a head
   */
  public static HeadFile read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(in);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no such file", e);
    }
  }

  /**
   * @param in read to its end, not closed
   * @throws IOException if it is not a head, or not a valid one
   */
  public static HeadFile read(InputStream in) throws IOException {
    try (DataFileStream<dev.imprint.event.avro.HeadFile> records =
        new DataFileStream<>(in, AvroReaders.datum(dev.imprint.event.avro.HeadFile.class))) {
      dev.imprint.event.avro.HeadFile file = records.next();
      float[] weights = floats(file.getWeights());
      float[] bias = floats(file.getBias());
      LinearHead head = new LinearHead(file.getBackboneId(), file.getLabels(), weights, bias);
      return new HeadFile(version(head), head);
    } catch (AvroRuntimeException | IllegalArgumentException | NoSuchElementException e) {
      throw new IOException("not a head file, or a damaged one: " + e.getMessage(), e);
    }
  }

  /** Writes one head; the same head gives the same bytes. */
  public static void write(LinearHead head, OutputStream out) throws IOException {
    try (DataFileWriter<dev.imprint.event.avro.HeadFile> writer =
        new DataFileWriter<>(new SpecificDatumWriter<>(dev.imprint.event.avro.HeadFile.class))) {
      writer.setCodec(CodecFactory.deflateCodec(9));
      // Not Avro's random marker: the same head must have the same digest.
      byte[] marker = Arrays.copyOf(digest(head).getBytes(UTF_8), DataFileConstants.SYNC_SIZE);
      writer.create(dev.imprint.event.avro.HeadFile.getClassSchema(), out, marker);
      writer.append(
          new dev.imprint.event.avro.HeadFile(
              head.backboneId(), head.labels(), bytes(head.weights()), bytes(head.bias())));
    }
  }

  private static String version(LinearHead head) {
    return "head-" + digest(head).substring(0, VERSION_DIGITS);
  }

  private static String digest(LinearHead head) {
    byte[] weights = bytes(head.weights()).array();
    byte[] bias = bytes(head.bias()).array();
    byte[] names = (head.backboneId() + head.labels()).getBytes(UTF_8);
    ByteBuffer all = ByteBuffer.allocate(weights.length + bias.length + names.length);
    all.put(weights).put(bias).put(names);
    return Sha256.hex(all.array());
  }

  private static ByteBuffer bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  private static float[] floats(ByteBuffer bytes) {
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
