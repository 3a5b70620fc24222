package dev.imprint.buffer;

import dev.imprint.buffer.BufferIndex.Labelled;
import dev.imprint.buffer.BufferSnapshot.Stored;
import dev.imprint.buffer.ReadBack.Network;
import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Examples of earlier trainings, as far as their pictures are still in the buffer. Reads the topics
 * itself, so it works without a service, and changes nothing.
 */
public final class StoredExamples implements ExamplePictures {
  /**
   * An example, as a version's manifest has it.
   *
   * @param sha256 of its picture, hex
   * @param group null if there is none, or it is not known: then the label's present one counts
   */
  public record Past(String imageId, String sha256, String label, @Nullable String group) {}

  private final ReadBack readBack;
  private final List<Stored> found = new ArrayList<>();
  private final Map<String, String> missing = new TreeMap<>();
  private final Map<String, String> relabelled = new TreeMap<>();

  private StoredExamples(ReadBack readBack) {
    this.readBack = readBack;
  }

  /**
   * Blocks until the topics are read, that is, as long as a leader takes to start.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public static StoredExamples find(
      Clients clients, Topics topics, BufferConfig config, List<Past> examples) {
    StoredExamples stored =
        new StoredExamples(new ReadBack(config, clients, topics, BufferMetrics.NOOP));
    BufferIndex index = BufferFollower.index(clients, topics, config);
    examples.forEach(example -> stored.add(example, index.labelled(example.imageId())));
    return stored;
  }

  private void add(Past past, @Nullable Labelled now) {
    if (now == null) {
      missing.put(past.imageId(), "is no longer in the buffer");
      return;
    }
    if (!now.sha256().equals(past.sha256())) {
      missing.put(past.imageId(), "has another picture now");
      return;
    }
    if (!now.label().label().equals(past.label())) {
      relabelled.put(past.imageId(), now.label().label());
    }
    found.add(
        new Stored(
            new Example(
                past.imageId(),
                past.label(),
                past.sha256(),
                past.group() == null ? now.label().group() : past.group(),
                now.label().labelledAt(),
                Embedding.of()),
            now.labelPartition(),
            now.picture()));
  }

  /** Why examples cannot be learned from again, by image id, to follow the id in a sentence. */
  public Map<String, String> missing() {
    return missing;
  }

  /** The current labels of the examples whose label has changed, by image id. */
  public Map<String, String> relabelled() {
    return relabelled;
  }

  /**
   * Embeddings of the views that a training on these examples showed, computed in this thread.
   *
   * @param progress receives the number of views still to be embedded, every few seconds
   * @throws IOException if Kafka does not return the pictures
   */
  public Map<String, List<Embedding>> views(
      Backbone backbone, ViewsToEmbed wanted, IntConsumer progress)
      throws IOException, InterruptedException {
    if (wanted.examples().isEmpty()) {
      return Map.of();
    }
    try (EmbeddingCache none = EmbeddingCache.none(backbone)) {
      return readBack.views(
          new Network(backbone, none), wanted, stored(wanted.examples()), progress);
    }
  }

  /**
   * The examples with their labels at that time, embedded in this thread.
   *
   * @param progress receives the number of pictures waiting to be embedded, every few seconds
   * @return those that are not {@link #missing()}; one whose picture cannot be embedded becomes so
   * @throws IOException if Kafka does not return the pictures
   */
  public List<Example> embed(Backbone backbone, IntConsumer progress)
      throws IOException, InterruptedException {
    List<Example> embedded = embed(backbone, found, progress);
    Set<String> failed =
        found.stream()
            .map(stored -> stored.example().imageId())
            .collect(Collectors.toCollection(HashSet::new));
    embedded.forEach(example -> failed.remove(example.imageId()));
    failed.forEach(id -> missing.put(id, "has a picture that cannot be embedded"));
    return embedded;
  }

  private List<Example> embed(Backbone backbone, List<Stored> some, IntConsumer progress)
      throws IOException, InterruptedException {
    try (EmbeddingCache none = EmbeddingCache.none(backbone)) {
      return readBack.embed(new Network(backbone, none), some, progress);
    }
  }

  @Override
  public List<Example> seenBy(Backbone backbone, List<Example> examples, IntConsumer progress)
      throws IOException, InterruptedException {
    return embed(backbone, stored(examples), progress);
  }

  @Override
  public Map<String, Path> files(
      List<Example> examples, Path folder, long mostBytes, IntConsumer progress)
      throws IOException, InterruptedException {
    return readBack.files(stored(examples), folder, mostBytes, progress);
  }

  private List<Stored> stored(List<Example> examples) {
    Map<String, Stored> byId =
        found.stream()
            .collect(Collectors.toMap(stored -> stored.example().imageId(), Function.identity()));
    return examples.stream()
        .map(example -> Objects.requireNonNull(byId.get(example.imageId())))
        .toList();
  }
}
