package dev.imprint.training;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.UnlabelledPicture;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.tensorflow.head.LabelledEmbeddings;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that a training run can learn from.
 *
 * @param examples one per image id
 * @param unlabelled may be empty
 * @param views embeddings of the examples' views, by image id; examples may have none
 */
public record Material(
    List<Example> examples,
    List<UnlabelledPicture> unlabelled,
    Map<String, List<Embedding>> views) {
  public Material {
    examples = List.copyOf(examples);
    unlabelled = List.copyOf(unlabelled);
    views = Map.copyOf(views);
  }

  /** Without views. */
  public Material(List<Example> examples, List<UnlabelledPicture> unlabelled) {
    this(examples, unlabelled, Map.of());
  }

  /** Without views and unlabelled pictures. */
  public static Material of(List<Example> examples) {
    return new Material(examples, List.of());
  }

  /** The same without views. */
  Material withoutViews() {
    return new Material(examples, unlabelled);
  }

  /** Some of the examples, to learn from or to judge by. */
  LabelledEmbeddings labelled(List<Example> some) {
    return new LabelledEmbeddings(
        some.stream().map(Example::embedding).toList(),
        some.stream().map(Example::label).toList(),
        some.stream().map(example -> views.getOrDefault(example.imageId(), List.of())).toList());
  }

  /** SHA-256, hex, of the embeddings of these, then of all their views. */
  public String digest(List<Example> some) {
    LabelledEmbeddings its = labelled(some);
    return Sha256.ofFloats(
        Stream.concat(its.embeddings().stream(), its.views().stream().flatMap(List::stream))
                .map(Embedding::numbers)
            ::iterator);
  }

  /**
   * Those that are no copy of an example, which would let a head learn what judges it; in the order
   * of their ids, since a head must not depend on that of their arrival.
   */
  List<UnlabelledPicture> others() {
    Set<String> known = examples.stream().map(Example::sha256).collect(Collectors.toSet());
    return unlabelled.stream()
        .filter(picture -> !known.contains(picture.sha256()))
        .sorted(
            Comparator.comparing(UnlabelledPicture::imageId)
                .thenComparing(UnlabelledPicture::sha256)
                .thenComparing(UnlabelledPicture::at))
        .toList();
  }
}
