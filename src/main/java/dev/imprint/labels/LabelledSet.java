package dev.imprint.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.imprint.buffer.Example;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.TopicScan;
import dev.imprint.event.Topics;
import dev.imprint.model.Label;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.labels.Spellings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * All labels of a service at one moment, without their pictures, in the order of the image ids.
 *
 * @param labels under their current names, one per image
 */
public record LabelledSet(List<Label> labels) {
  /** Who gave a label, where nobody said. */
  private static final String UNKNOWN = "unknown";

  public LabelledSet {
    labels = List.copyOf(labels);
  }

  /**
   * Reads the topic {@code labels} to its current end.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public static LabelledSet read(Clients clients, Topics topics, LabelChanges changes) {
    Map<String, Label> byImage = new TreeMap<>();
    try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
      TopicScan.ofTopic(consumer, topics.labels()).forEach(record -> take(record, byImage));
    }
    return new LabelledSet(byImage.values().stream().map(of -> under(changes, of)).toList());
  }

  private static Label under(LabelChanges changes, Label label) {
    return label.as(changes.named(label.label()));
  }

  private static void take(ConsumerRecord<byte[], byte[]> record, Map<String, Label> byImage) {
    if (record.key() == null) {
      return;
    }
    String id = new String(record.key(), UTF_8);
    if (record.value() == null) {
      byImage.remove(id);
      return;
    }
    try {
      Label label = Json.decode(record.value(), Label.class);
      if (label.imageId().equals(id)) {
        byImage.put(id, label);
      }
    } catch (IOException e) {
      // The service turns it into a dead letter.
    }
  }

  /** Without retired labels, from which nothing is learned. */
  public LabelledSet learnable(LabelChanges changes) {
    return new LabelledSet(
        labels.stream().filter(label -> !changes.retired().contains(label.label())).toList());
  }

  /** Examples as far as the labels tell: without embeddings. */
  public List<Example> examples() {
    return labels.stream()
        .map(
            label ->
                new Example(
                    label.imageId(),
                    label.label(),
                    label.claim().sha256(),
                    label.group(),
                    label.labelledAt(),
                    Embedding.of()))
        .toList();
  }

  /** Groups of labels that look like spellings of one, each with its rarest first. */
  public List<List<String>> spellings() {
    Map<String, List<Label>> byLabel = byLabel();
    return Spellings.among(byLabel.keySet()).stream()
        .map(
            group ->
                group.stream()
                    .sorted(comparingInt(label -> byLabel.getOrDefault(label, List.of()).size()))
                    .toList())
        .toList();
  }

  /** Labels by who gave them; {@code unknown} for those of which nobody said. */
  public static Map<String, List<Label>> byWho(List<Label> labels) {
    return labels.stream()
        .collect(
            groupingBy(
                label -> label.who() == null ? UNKNOWN : label.who(), TreeMap::new, toList()));
  }

  /** The images of each label, in alphabetical order. */
  public Map<String, List<Label>> byLabel() {
    Map<String, List<Label>> all = new TreeMap<>();
    labels.forEach(label -> all.computeIfAbsent(label.label(), k -> new ArrayList<>()).add(label));
    return all;
  }
}
