package dev.imprint.app.backbone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.app.service.CommandFailedException;
import dev.imprint.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keras' embedding of a picture: a line of a reference.
 *
 * @param image path relative to the pictures' folder
 */
record KerasEmbedding(String image, List<Float> embedding) {
  KerasEmbedding {
    embedding = List.copyOf(embedding);
  }

  /** As in the file. */
  private record EmbeddingLine(@Nullable String image, @Nullable List<Float> embedding) {}

  /**
   * @throws CommandFailedException naming the invalid line
   */
  static List<KerasEmbedding> read(Path reference) throws IOException {
    if (!Files.isRegularFile(reference)) {
      throw new CommandFailedException(
          reference + ": no such file; docs/backbones.md shows how to write a reference");
    }
    List<KerasEmbedding> embeddings = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(reference, UTF_8)) {
      number++;
      if (!line.isBlank()) {
        embeddings.add(parse("%s:%d".formatted(reference, number), line));
      }
    }
    if (embeddings.isEmpty()) {
      throw new CommandFailedException(reference + " is empty: it needs one line per picture");
    }
    return embeddings;
  }

  private static KerasEmbedding parse(String place, String text) {
    String form = "a line looks like {\"image\": \"cat.jpg\", \"embedding\": [0.1, 0.2]}";
    try {
      EmbeddingLine line = Json.decode(text.getBytes(UTF_8), EmbeddingLine.class);
      List<Float> numbers = line.embedding();
      if (line.image() == null || numbers == null || numbers.isEmpty() || numbers.contains(null)) {
        throw new CommandFailedException(
            "%s: image or embedding is missing; %s".formatted(place, form));
      }
      return new KerasEmbedding(line.image(), numbers);
    } catch (IOException e) {
      String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new CommandFailedException("%s: %s; %s".formatted(place, problem, form), e);
    }
  }

  float[] numbers() {
    float[] numbers = new float[embedding.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = embedding.get(i);
    }
    return numbers;
  }

  /**
   * @throws CommandFailedException if the backbone's embeddings have another length
   */
  void requireSize(int size) {
    if (embedding.size() != size) {
      throw new CommandFailedException(
          "%s: Keras gave %d numbers, the backbone gives %d: name the same layer in embedding_layers"
              .formatted(image, embedding.size(), size));
    }
  }
}
