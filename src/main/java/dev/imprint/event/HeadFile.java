package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.avro.HiddenLayer;
import dev.imprint.model.head.Activation;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.DenseLayer;
import dev.imprint.model.labels.LabelChanges;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
public record HeadFile(String version, DenseHead head, List<DenseHead> folds) {
  private static final int VERSION_DIGITS = 12;
  private static final int MOST_FOLDS = 100;
  private static final int MOST_HIDDEN = 10;
  private static final String CLASSIFIER = "classifier-";

  public HeadFile {
    folds = List.copyOf(folds);
  }

  /**
   * The same with labels as they are called now, and without those that are retired. A fold's head
   * that knows none of the remaining labels stays as it was, and answers for none of them.
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
  public static HeadFile ofClassifier(DenseHead head) {
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
    return WeightContainer.read(
        in, dev.imprint.event.avro.HeadFile.class, "a head file", HeadFile::read);
  }

  private static HeadFile read(DataFileStream<dev.imprint.event.avro.HeadFile> records)
      throws IOException {
    if (!records.hasNext()) {
      throw new IOException("there is no head in it");
    }
    DenseHead head = head(records.next());
    List<DenseHead> folds = new ArrayList<>();
    while (records.hasNext()) {
      if (folds.size() == MOST_FOLDS) {
        throw new IOException("it has more than %d folds".formatted(MOST_FOLDS));
      }
      folds.add(head(records.next()));
    }
    return new HeadFile(version(head), head, folds);
  }

  private static DenseHead head(dev.imprint.event.avro.HeadFile file) {
    if (file.getHidden().size() > MOST_HIDDEN) {
      throw new IllegalArgumentException(
          "a head with more than %d hidden layers".formatted(MOST_HIDDEN));
    }
    return new DenseHead(
        file.getBackboneId(),
        file.getLabels(),
        file.getHidden().stream().map(HeadFile::layer).toList(),
        WeightContainer.floats(file.getWeights()),
        WeightContainer.floats(file.getBias()));
  }

  private static DenseLayer layer(HiddenLayer file) {
    return new DenseLayer(
        WeightContainer.floats(file.getWeights()),
        WeightContainer.floats(file.getBias()),
        Activation.ofKeras(file.getActivation()));
  }

  /** Writes a head without folds. */
  public static void write(DenseHead head, OutputStream out) throws IOException {
    write(head, List.of(), out);
  }

  /** The same heads give the same bytes. */
  public static void write(DenseHead head, List<DenseHead> folds, OutputStream out)
      throws IOException {
    try (DataFileWriter<dev.imprint.event.avro.HeadFile> writer =
        new DataFileWriter<>(new SpecificDatumWriter<>(dev.imprint.event.avro.HeadFile.class))) {
      writer.setCodec(CodecFactory.deflateCodec(9));
      // Not Avro's random marker: the same head must have the same digest.
      byte[] marker = Arrays.copyOf(digest(head).getBytes(UTF_8), DataFileConstants.SYNC_SIZE);
      writer.create(dev.imprint.event.avro.HeadFile.getClassSchema(), out, marker);
      writer.append(file(head));
      for (DenseHead fold : folds) {
        writer.append(file(fold));
      }
    }
  }

  private static dev.imprint.event.avro.HeadFile file(DenseHead head) {
    return new dev.imprint.event.avro.HeadFile(
        head.backboneId(),
        head.classes(),
        WeightContainer.bytes(head.weights()),
        WeightContainer.bytes(head.bias()),
        head.hidden().stream()
            .map(
                layer ->
                    new HiddenLayer(
                        WeightContainer.bytes(layer.weights()),
                        WeightContainer.bytes(layer.bias()),
                        layer.activation().keras()))
            .toList());
  }

  private static String version(DenseHead head) {
    return "head-" + digest(head).substring(0, VERSION_DIGITS);
  }

  private static String digest(DenseHead head) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(WeightContainer.bytes(head.weights()).array());
    all.writeBytes(WeightContainer.bytes(head.bias()).array());
    all.writeBytes((head.backboneId() + head.classes()).getBytes(UTF_8));
    for (DenseLayer layer : head.hidden()) { // last, so that linear heads keep their names
      all.writeBytes(WeightContainer.bytes(layer.weights()).array());
      all.writeBytes(WeightContainer.bytes(layer.bias()).array());
      all.writeBytes(layer.activation().keras().getBytes(UTF_8));
    }
    return Sha256.hex(all.toByteArray());
  }
}
