package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.model.LinearHead;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exports, and their answers as Imprint reads them again; {@code .ci/backbones} has Keras and
 * TensorFlow read them.
 */
class ClassifierExportTest {
  private static final List<String> LABELS = List.of("cat", "dog", "gear");
  private static final List<String> MERGED = List.of("cat", "dog", "cat", "gear", "dog");

  @TempDir private Path dir;

  static Stream<String> networks() throws IOException {
    JsonNode all = TestPictures.json("/keras/networks.json");
    return all.propertyStream().map(Map.Entry::getKey);
  }

  @Test
  void dump() throws IOException {
    System.out.println(networks().toList());
  }
}
