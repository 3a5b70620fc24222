package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.LabelChanges;
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
import java.util.ArrayList;
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
 * A head as a file: an Avro object container whose first record of head.avsc is the head. Those of
 * its folds, if it has any, follow in order; readers of older releases stop after the first.
 *
 * @param version derived from the content, so the same head has the same version everywhere
 * @param folds heads that have learned from all but one fold of the same examples, by fold; may be
 *     empty
 */
public record HeadFile(String version, LinearHead head, List<LinearHead> folds) {
  private static final int VERSION_DIGITS = 12;
  private static final int MOST_FOLDS = 100;
  private static final String CLASSIFIER = "classifier-";

  public HeadFile {
    folds = List.copyOf(folds);
  }

  /**
   * The same with labels as they are called now, and without those that are retired. A fold's head
   * that knows none of the others is left as it was, and answers for none of them.
   *
   * @throws IllegalArgumentException if all the head's labels are retired
   */
  public HeadFile under(LabelChanges changes) {
    return new HeadFile(
        version,
        head.under(changes),
        folds.stream()
            .map(
                fold ->
                    fold.labels().stream().allMatch(label -> changes.of(label) == null)
                        ? fold
                        : fold.under(changes))
            .toList());
  }

  /** Wraps a backbone's own classification head; it has no file of ours, but serves like one. */
  public static HeadFile ofClassifier(LinearHead head) {
    return new HeadFile(classifierVersion(head.backboneId(), head.labels()), head, List.of());
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
      LinearHead head = head(records.next());
      List<LinearHead> folds = new ArrayList<>();
      while (records.hasNext()) {
        if (folds.size() == MOST_FOLDS) {
          throw new IOException("a head file with more than %d folds".formatted(MOST_FOLDS));
        }
        folds.add(head(records.next()));
      }
      return new HeadFile(version(head), head, folds);
    } catch (AvroRuntimeException | IllegalArgumentException | NoSuchElementException e) {
      throw new IOException("not a head file, or a damaged one: " + e.getMessage(), e);
    }
  }

  private static LinearHead head(dev.imprint.event.avro.HeadFile file) {
    return new LinearHead(
        file.getBackboneId(), file.getLabels(), floats(file.getWeights()), floats(file.getBias()));
  }

  /** Writes a head without folds. */
  public static void write(LinearHead head, OutputStream out) throws IOException {
    write(head, List.of(), out);
  }

  /** The same heads give the same bytes. */
  public static void write(LinearHead head, List<LinearHead> folds, OutputStream out)
      throws IOException {
    try (DataFileWriter<dev.imprint.event.avro.HeadFile> writer =
        new DataFileWriter<>(new SpecificDatumWriter<>(dev.imprint.event.avro.HeadFile.class))) {
      writer.setCodec(CodecFactory.deflateCodec(9));
      // Not Avro's random marker: the same head must have the same digest.
      byte[] marker = Arrays.copyOf(digest(head).getBytes(UTF_8), DataFileConstants.SYNC_SIZE);
      writer.create(dev.imprint.event.avro.HeadFile.getClassSchema(), out, marker);
      writer.append(file(head));
      for (LinearHead fold : folds) {
        writer.append(file(fold));
      }
    }
  }

  private static dev.imprint.event.avro.HeadFile file(LinearHead head) {
    return new dev.imprint.event.avro.HeadFile(
        head.backboneId(), head.classes(), bytes(head.weights()), bytes(head.bias()));
  }

  private static String version(LinearHead head) {
    return "head-" + digest(head).substring(0, VERSION_DIGITS);
  }

  private static String digest(LinearHead head) {
    byte[] weights = bytes(head.weights()).array();
    byte[] bias = bytes(head.bias()).array();
    byte[] names = (head.backboneId() + head.classes()).getBytes(UTF_8);
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
