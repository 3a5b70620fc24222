package dev.imprint.tensorflow.head;

import dev.imprint.model.backbone.Embedding;
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
 * @param views of each, embeddings of altered pictures (augmentation), which only heads that learn
 *     see
 */
public record LabelledEmbeddings(
    List<Embedding> embeddings, List<String> labels, List<List<Embedding>> views) {
  public LabelledEmbeddings {
    embeddings = List.copyOf(embeddings);
    labels = List.copyOf(labels);
    views = List.copyOf(views);
    if (embeddings.size() != labels.size() || embeddings.size() != views.size()) {
      throw new IllegalArgumentException(
          "%d embeddings, but %d labels, and views of %d"
              .formatted(embeddings.size(), labels.size(), views.size()));
    }
    if (Stream.concat(embeddings.stream(), views.stream().flatMap(List::stream))
            .map(Embedding::layers)
            .distinct()
            .count()
        > 1) {
      throw new IllegalArgumentException("embeddings of different layers");
    }
  }

  /** Without views. */
  public LabelledEmbeddings(List<Embedding> embeddings, List<String> labels) {
    this(embeddings, labels, Collections.nCopies(embeddings.size(), List.of()));
  }

  LabelledEmbeddings withoutViews() {
    return new LabelledEmbeddings(embeddings, labels);
  }

  public int size() {
    return labels.size();
  }

  /** These, then the others. */
  LabelledEmbeddings and(LabelledEmbeddings others) {
    return new LabelledEmbeddings(
        Stream.concat(embeddings.stream(), others.embeddings.stream()).toList(),
        Stream.concat(labels.stream(), others.labels.stream()).toList(),
        Stream.concat(views.stream(), others.views.stream()).toList());
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
        examples.stream().map(labels::get).toList(),
        examples.stream().map(views::get).toList());
  }
}
