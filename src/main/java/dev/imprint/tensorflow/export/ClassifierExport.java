package dev.imprint.tensorflow.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.TunedTop;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.BackboneYaml;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.layer.BatchNorms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Signature;

/**
 * Writes a backbone together with a head as one model, for programs other than Imprint. Before it
 * is kept, it is read again, and has to answer as Imprint does. It computes in float32, whatever
 * the backbone's precision.
 */
public final class ClassifierExport {
  private static final String PREDICT = "tensorflow/serving/predict";
  private static final String LABELS = "labels.txt";

  private final BackboneDescription description;
  private final DenseHead head;
  private final @Nullable TunedTop top;

  /**
   * @param description of the backbone
   * @param head that takes its embeddings
   * @param top fine-tuned weights, in place of the file's; null for none
   * @throws IllegalArgumentException if the head has only one label
   */
  public ClassifierExport(BackboneDescription description, DenseHead head, @Nullable TunedTop top) {
    if (head.labels().size() < 2) {
      throw new IllegalArgumentException(
          "its only label is %s, so there is nothing to tell apart: export another version"
              .formatted(head.labels()));
    }
    this.description = description;
    this.head = head;
    this.top = top;
  }

  /**
   * The result.
   *
   * @param difference the largest difference of a probability from Imprint's
   * @param pictures compared
   * @param yaml describes a .keras file as a backbone with its own classifier, if it is stored next
   *     to the file; empty for a SavedModel
   */
  public record Exported(double difference, int pictures, String yaml) {}

  /**
   * Writes it.
   *
   * @param out a file or folder that does not exist yet; an empty folder is fine for a SavedModel
   * @throws IllegalArgumentException if {@code out} exists, or the network cannot be written in
   *     this format, or would answer differently
   * @throws IOException if it cannot be written; then nothing is left
   */
  public Exported write(ExportFormat format, Path out) throws IOException {
    try (ExportTarget target = ExportTarget.of(out, format)) {
      byte[] network = description.network();
      BackboneDescription exact = description.withLayers(network).exactEmbeddings();
      try (KerasFile file = KerasFile.open(network).with(top)) {
        return format == ExportFormat.KERAS
            ? keras(exact, file, target)
            : savedModel(exact, file, target);
      }
    }
  }

  private Exported keras(BackboneDescription exact, KerasFile file, ExportTarget target)
      throws IOException {
    RecordedWeights weights = new RecordedWeights(file.weights());
    KerasFile recorded = new KerasFile(file.config(), weights);
    // Folding would change the weights that are recorded.
    BatchNorms kept = BatchNorms.KEPT;
    try (ClassifierGraph graph = ClassifierGraph.build(exact, recorded, kept, head)) {
      ExportCheck check = ExportCheck.of(exact, graph, head);
      KerasExport export = new KerasExport(exact, head, graph.network().layers());
      export.write(recorded, weights, target.draft(), target.scratch());
      Files.writeString(target.draftOfLabels(), lines(), UTF_8);
      double difference = check.keras(exact.ofClassifier(target.draft(), head.labels()));
      target.keepKeras();
      BackboneDescription whole = exact.ofClassifier(target.file(), head.labels());
      String labels = String.valueOf(ExportTarget.labels(target.file()).getFileName());
      return new Exported(difference, check.count(), BackboneYaml.write(whole, labels));
    }
  }

  private Exported savedModel(BackboneDescription exact, KerasFile file, ExportTarget target)
      throws IOException {
    BatchNorms folded = BatchNorms.FOLDED;
    try (ClassifierGraph graph = ClassifierGraph.build(exact, file, folded, head)) {
      ExportCheck check = ExportCheck.of(exact, graph, head);
      Signature signature =
          Signature.builder()
              .key(Signature.DEFAULT_KEY)
              .methodName(PREDICT)
              .input(ClassifierGraph.IMAGES, graph.images())
              .output(ClassifierGraph.PROBABILITIES, graph.probabilities())
              .output(ClassifierGraph.LABEL, graph.label())
              .build();
      graph.session().save(target.draft(), signature);
      // TensorFlow Serving's place for files that it does not read.
      Path extra = Files.createDirectory(target.draft().resolve("assets.extra"));
      Files.writeString(extra.resolve(LABELS), lines(), UTF_8);
      double difference = check.savedModel(target.draft());
      target.keepFolder();
      return new Exported(difference, check.count(), "");
    }
  }

  private String lines() {
    return String.join("\n", head.labels()) + "\n";
  }
}
