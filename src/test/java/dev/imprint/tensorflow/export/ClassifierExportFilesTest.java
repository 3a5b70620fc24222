package dev.imprint.tensorflow.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.Preprocessing;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an export may be written, and what cannot be exported. */
class ClassifierExportFilesTest extends ClassifierExportSteps {
  @ParameterizedTest
  @CsvSource({
    "KERAS, shoes.keras, shoes.keras",
    "KERAS, shoes.keras, shoes.labels.txt",
    "SAVEDMODEL, shoes, shoes"
  })
  void shouldNotReplaceAnything(ExportFormat format, String out, String existing)
      throws IOException {
    Files.writeString(dir.resolve(existing), "mine");

    assertRefused(format, dir.resolve(out), IllegalArgumentException.class, "exists already");
    assertThat(dir.resolve(existing)).content(UTF_8).isEqualTo("mine");
    assertOnly(existing);
  }

  @Test
  void shouldNotReplaceAFolderWithFiles() throws IOException {
    Files.createDirectory(dir.resolve("shoes"));
    Files.writeString(dir.resolve("shoes/mine"), "mine");

    assertRefused(
        ExportFormat.SAVEDMODEL,
        dir.resolve("shoes"),
        IllegalArgumentException.class,
        "exists already");
    assertOnly("shoes");
  }

  @Test
  void shouldFillAnEmptyFolder() throws IOException {
    Path empty = Files.createDirectory(dir.resolve("shoes"));
    BackboneDescription description = ofShared();
    try (KerasBackbone backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT)) {
      new ClassifierExport(description, head(backbone), null).write(ExportFormat.SAVEDMODEL, empty);
    }

    assertThat(empty.resolve("saved_model.pb")).isNotEmptyFile();
    assertOnly("shoes");
  }

  @Test
  void shouldSayWhatIsWrongWithTheName() throws IOException {
    assertRefused(
        ExportFormat.KERAS,
        dir.resolve("shoes"),
        IllegalArgumentException.class,
        "must end in .keras, or Keras cannot read it");
    assertRefused(
        ExportFormat.KERAS,
        dir.resolve("none/shoes.keras"),
        IllegalArgumentException.class,
        "there is no folder " + dir.resolve("none"));
    assertOnly();
  }

  private void assertRefused(
      ExportFormat format, Path out, Class<? extends Exception> type, String message) {
    BackboneDescription description = ofShared();
    try (KerasBackbone backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT)) {
      ClassifierExport export = new ClassifierExport(description, head(backbone), null);

      assertThatThrownBy(() -> export.write(format, out))
          .isInstanceOf(type)
          .hasMessageContaining(message);
    }
  }

  /** Keras 3 has no layers for bare calls of TensorFlow. */
  @Test
  void shouldExportFunctionsOfKeras2AsASavedModelOnly() throws IOException {
    BackboneDescription description =
        description(
            "k213_preprocessed.h5",
            Preprocessing.NONE,
            List.of("caffe/conv"),
            new InputSize(8, 10));
    try (KerasBackbone backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT)) {
      ClassifierExport export = new ClassifierExport(description, head(backbone), null);

      assertThatThrownBy(() -> export.write(ExportFormat.KERAS, dir.resolve("shoes.keras")))
          .isInstanceOf(KerasImportException.class)
          .hasMessageContaining("tf.__operators__.getitem")
          .hasMessageContaining("--format savedmodel");
      assertOnly();
      assertThat(export.write(ExportFormat.SAVEDMODEL, dir.resolve("shoes")).difference())
          .isLessThanOrEqualTo(TOLERANCE);
    }
  }

  @Test
  void shouldNotExportASingleLabel() {
    DenseHead head = new DenseHead("id", List.of("cat"), new float[4], new float[1]);

    assertThatThrownBy(() -> new ClassifierExport(ofShared(), head, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its only label is [cat]");
  }

  private void assertOnly(String... names) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }
}
