package dev.imprint.tensorflow.head;

import dev.imprint.model.Embedding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Embeddings, with one label each.
 *
 * @param embeddings all of the same layers
 */
public record LabelledEmbeddings(List<Embedding> embeddings, List<String> labels) {
  public LabelledEmbeddings {
    embeddings = List.copyOf(embeddings);
    labels = List.copyOf(labels);
    if (embeddings.size() != labels.size()) {
      throw new IllegalArgumentException(
          "%d embeddings, but %d labels".formatted(embeddings.size(), labels.size()));
    }
    if (embeddings.stream().map(Embedding::layers).distinct().count() > 1) {
      throw new IllegalArgumentException("embeddings of different layers");
    }
  }

  public int size() {
    return labels.size();
  }

  /** These, then the others. */
  LabelledEmbeddings and(LabelledEmbeddings others) {
    return new LabelledEmbeddings(
        Stream.concat(embeddings.stream(), others.embeddings.stream()).toList(),
        Stream.concat(labels.stream(), others.labels.stream()).toList());
  }

  /** Training and validation. */
  public record TrainingSets(LabelledEmbeddings training, LabelledEmbeddings validation) {}

  /** Takes this part of each class at random, rounded down, for validation. */
  public TrainingSets split(double validationPart, Random random) {
    Map<String, List<Integer>> byLabel =
        IntStream.range(0, size())
            .boxed()
            .collect(Collectors.groupingBy(labels::get, TreeMap::new, Collectors.toList()));
    List<Integer> training = new ArrayList<>();
    List<Integer> validation = new ArrayList<>();
    for (List<Integer> examples : byLabel.values()) {
      Collections.shuffle(examples, random);
      int kept = (int) (examples.size() * validationPart);
      validation.addAll(examples.subList(0, kept));
      training.addAll(examples.subList(kept, examples.size()));
    }
    return new TrainingSets(select(training), select(validation));
  }

  private LabelledEmbeddings select(List<Integer> examples) {
    return new LabelledEmbeddings(
        examples.stream().map(embeddings::get).toList(),
        examples.stream().map(labels::get).toList());
  }
}
