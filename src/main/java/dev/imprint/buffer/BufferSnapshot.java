package dev.imprint.buffer;

import dev.imprint.buffer.BufferIndex.IndexedPicture;
import dev.imprint.event.LabelRemoval;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.labels.LabelChanges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The examples of the buffer at one moment: labelled, with their picture embedded. Immutable and
 * thread-safe.
 */
public final class BufferSnapshot {
  /**
   * An example and its location.
   *
   * @param labelPartition for its tombstone
   * @param picture to be read back for another backbone
   */
  record Stored(Example example, int labelPartition, IndexedPicture picture) {}

  /** Before anything was read. */
  public static final BufferSnapshot EMPTY =
      new BufferSnapshot(List.of(), Integer.MAX_VALUE, LabelChanges.NONE);

  private static final Comparator<Stored> NEWEST_FIRST =
      Comparator.comparing((Stored stored) -> stored.example().labelledAt())
          .reversed()
          .thenComparing(stored -> stored.example().imageId());

  private final List<Stored> stored;
  private final int maxLabels;
  private final List<Example> examples;
  private final int labelsLeftOut;
  private final LabelChanges changes;

  /**
   * @param stored with the labels on the topic
   */
  private BufferSnapshot(List<Stored> stored, int maxLabels, LabelChanges changes) {
    this.stored = List.copyOf(stored);
    this.maxLabels = maxLabels;
    this.changes = changes;
    List<Example> all =
        stored.stream().flatMap(each -> each.example().under(changes).stream()).toList();
    Map<String, Long> counts =
        all.stream().collect(Collectors.groupingBy(Example::label, Collectors.counting()));
    this.labelsLeftOut = Math.max(0, counts.size() - maxLabels);
    Set<String> kept = commonest(counts, maxLabels);
    this.examples = all.stream().filter(example -> kept.contains(example.label())).toList();
  }

  private static Set<String> commonest(Map<String, Long> counts, int most) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(most)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Leaves out the examples of the rarest labels if there are more than {@code maxLabels}. */
  static BufferSnapshot of(List<Stored> stored, int maxLabels) {
    return new BufferSnapshot(stored, maxLabels, LabelChanges.NONE);
  }

  /** The same with labels as they are called now, and without examples of retired ones. */
  public BufferSnapshot under(LabelChanges now) {
    return now.equals(changes) ? this : new BufferSnapshot(stored, maxLabels, now);
  }

  /** In the order of their ids. */
  public List<Example> examples() {
    return examples;
  }

  /** How many labels are over {@code buffer.max_labels}; their examples are not included. */
  public int labelsLeftOut() {
    return labelsLeftOut;
  }

  /** How many examples match; for meters, by side of the split. */
  public int count(Predicate<Example> which) {
    return (int) examples.stream().filter(which).count();
  }

  /**
   * How many examples are new, or labelled differently, since a version was trained. Compares with
   * that version's manifest rather than times or offsets, so that the result is the same after a
   * restart, on another leader, and with feedback that was slow to arrive. Examples forgotten since
   * do not count, nor does a label whose picture is not embedded yet.
   *
   * @param labels of the examples that the version learned from and was judged on, by image id
   */
  public int changedSince(Map<String, String> labels) {
    return count(example -> !example.label().equals(labels.get(example.imageId())));
  }

  /** Locations of these, in their order; without those that now have another picture, or none. */
  List<Stored> stored(List<Example> some) {
    Map<String, Stored> byId =
        stored.stream().collect(Collectors.toMap(s -> s.example().imageId(), Function.identity()));
    List<Stored> found = new ArrayList<>();
    for (Example example : some) {
      Stored now = byId.get(example.imageId());
      if (now != null && now.example().sha256().equals(example.sha256())) {
        found.add(new Stored(example, now.labelPartition(), now.picture()));
      }
    }
    return found;
  }

  /**
   * Location of the copy of a picture that is kept to learn from; null if there is none.
   *
   * @param sha256 of the user's own bytes, hex
   * @param topic of pictures
   */
  public @Nullable Claim copy(String sha256, String topic) {
    return stored.stream()
        .filter(each -> each.example().sha256().equals(sha256))
        .findFirst()
        .map(each -> each.picture().claim(topic))
        .orElse(null);
  }

  /** Digests of their pictures that are not in this snapshot, under any id. */
  Set<String> missing(List<Stored> some) {
    return without(some.stream().map(s -> s.picture().sha256()).collect(Collectors.toSet()));
  }

  /** Those of the digests that none of the pictures has. */
  Set<String> without(Set<String> digests) {
    Set<String> others = new HashSet<>(digests);
    stored.forEach(s -> others.remove(s.picture().sha256()));
    return others;
  }

  /**
   * The examples beyond the cap: the newest ones of each label stay.
   *
   * @param training which examples the cap counts; others are never over it
   * @return their image ids
   */
  List<String> overCap(Predicate<Example> training, int maxPerLabel) {
    return beyond(training, maxPerLabel).stream().map(s -> s.example().imageId()).toList();
  }

  /**
   * Tombstones for the labels of the examples {@link #overCap}. Each names the label that it refers
   * to, since another one may be written at the same time; unless one was, the label processor
   * deletes the picture, too.
   */
  public List<ProducerRecord<byte[], byte[]>> tombstones(
      Topics topics, Predicate<Example> training, int maxPerLabel) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Stored over : beyond(training, maxPerLabel)) {
      Example example = over.example();
      records.add(
          new LabelRemoval(example.label(), example.labelledAt())
              .record(topics, over.labelPartition(), example.imageId()));
    }
    return records;
  }

  private List<Stored> beyond(Predicate<Example> training, int maxPerLabel) {
    return stored.stream()
        .filter(s -> training.test(s.example()))
        .collect(Collectors.groupingBy(s -> changes.named(s.example().label())))
        .values()
        .stream()
        .filter(ofLabel -> ofLabel.size() > maxPerLabel)
        .flatMap(ofLabel -> ofLabel.stream().sorted(NEWEST_FIRST).skip(maxPerLabel))
        .toList();
  }
}
