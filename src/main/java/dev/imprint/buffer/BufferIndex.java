package dev.imprint.buffer;

import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.backbone.Embedding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The buffer's content by image id: label, picture, embedding, in whatever order they arrive. Used
 * only by the buffer's thread; readers get {@link #snapshot}s.
 */
final class BufferIndex {
  /**
   * A picture on the topic {@code pictures}, without its bytes.
   *
   * @param sha256 of the record's bytes, hex
   * @param original digest of the user's own bytes; differs from {@code sha256} if the picture was
   *     scaled down; null if an older release scaled it down without recording the original
   */
  record IndexedPicture(Position at, String sha256, @Nullable String original) {
    /**
     * Where its bytes lie.
     *
     * @param topic of pictures
     */
    Claim claim(String topic) {
      return new Claim(topic, at.partition(), at.offset(), sha256);
    }
  }

  record Labelled(Label label, int labelPartition, IndexedPicture picture) {
    /** Digest of the user's own bytes. */
    String sha256() {
      return picture.original() == null ? label.claim().sha256() : picture.original();
    }
  }

  private static final class IndexEntry {
    @Nullable Label label;
    int labelPartition;
    @Nullable IndexedPicture picture;
    @Nullable Embedding embedding;
    BufferSnapshot.@Nullable Stored stored;

    /**
     * Label and picture of a reused id arrive in one transaction, but not at the same time: until
     * both are there, the new label must not be combined with the old picture.
     */
    @Nullable Example example(String id) {
      if (label == null || picture == null || embedding == null) {
        return null;
      }
      String original = label.claim().sha256();
      if (picture.original() != null && !picture.original().equals(original)) {
        return null;
      }
      return new Example(id, label.label(), original, label.group(), label.labelledAt(), embedding);
    }

    void refresh(String id) {
      Example example = example(id);
      stored =
          example == null || picture == null
              ? null
              : new BufferSnapshot.Stored(example, labelPartition, picture);
    }
  }

  // Sorted, so that the order of examples does not depend on their order of arrival.
  private final TreeMap<String, IndexEntry> entries = new TreeMap<>();
  // In order of arrival, so that new pictures of one partition never hold up another's.
  private final Map<Position, String> pending = new LinkedHashMap<>();
  private final Set<String> dropped = new HashSet<>();
  private final int maxExamples;
  private int embeddings;
  private long changes;

  BufferIndex(int maxExamples) {
    this.maxExamples = maxExamples;
  }

  /**
   * @param label null deletes it
   */
  void label(String id, int partition, @Nullable Label label) {
    IndexEntry entry = entries.computeIfAbsent(id, key -> new IndexEntry());
    entry.label = label;
    entry.labelPartition = partition;
    changed(id, entry);
  }

  /**
   * @param picture null deletes it
   */
  void picture(String id, @Nullable IndexedPicture picture) {
    IndexEntry entry = entries.computeIfAbsent(id, key -> new IndexEntry());
    IndexedPicture before = entry.picture;
    entry.picture = picture;
    boolean waits = before != null && pending.remove(before.at()) != null;
    boolean same = before != null && picture != null && before.sha256().equals(picture.sha256());
    if (!same) {
      setEmbedding(entry, null);
      if (before != null) {
        dropped.add(before.sha256());
      }
    }
    // The same bytes again need no new embedding, and are left out again if they were before.
    if (picture != null && (!same || waits)) {
      pending.put(picture.at(), id);
    }
    changed(id, entry);
  }

  /** The pictures that have waited longest for their embedding; may be fewer. */
  List<IndexedPicture> pending(int most) {
    List<IndexedPicture> first = new ArrayList<>();
    int room = Math.max(0, maxExamples - embeddings);
    for (String id : pending.values()) {
      if (first.size() >= Math.min(most, room)) {
        break;
      }
      IndexedPicture picture = entry(id).picture;
      if (picture != null) {
        first.add(picture);
      }
    }
    return first;
  }

  int pendingCount() {
    return pending.size();
  }

  /** Whether pictures wait until others are deleted. */
  boolean isFull() {
    return embeddings >= maxExamples && !pending.isEmpty();
  }

  /**
   * Whether pictures before these offsets wait for their embedding and can get it.
   *
   * @param offsets by partition
   */
  boolean pendingBefore(Map<Integer, Long> offsets) {
    return !isFull()
        && pending.keySet().stream()
            .anyMatch(at -> at.offset() < offsets.getOrDefault(at.partition(), 0L));
  }

  void embedded(Position at, Embedding embedding) {
    String id = pending.remove(at);
    if (id != null) {
      IndexEntry entry = entry(id);
      setEmbedding(entry, embedding);
      changed(id, entry);
    }
  }

  /**
   * An image's label with its picture, even if they do not belong together; null if it lacks one of
   * them.
   */
  @Nullable Labelled labelled(String id) {
    IndexEntry entry = entries.get(id);
    return entry == null || entry.label == null || entry.picture == null
        ? null
        : new Labelled(entry.label, entry.labelPartition, entry.picture);
  }

  /** The embedding of an image's picture; null while it waits, and if there is none. */
  @Nullable Embedding embedding(String id) {
    IndexEntry entry = entries.get(id);
    return entry == null ? null : entry.embedding;
  }

  /** Gives up on the picture at this position; returns its id, null if it was not pending. */
  @Nullable String leaveOut(Position at) {
    return pending.remove(at);
  }

  /** Forgets the picture at this position: compaction deleted its record, so a newer one exists. */
  void gone(Position at) {
    String id = pending.remove(at);
    if (id != null) {
      IndexEntry entry = entry(id);
      entry.picture = null;
      changed(id, entry);
    }
  }

  /** Digests of all pictures in the buffer. */
  Set<String> digests() {
    Set<String> digests = new HashSet<>();
    for (IndexEntry entry : entries.values()) {
      if (entry.picture != null) {
        digests.add(entry.picture.sha256());
      }
    }
    return digests;
  }

  /** Digests of pictures deleted since the last call that no other image has. */
  Set<String> takeDropped() {
    Set<String> gone = new HashSet<>(dropped);
    dropped.clear();
    if (!gone.isEmpty()) {
      gone.removeAll(digests());
    }
    return gone;
  }

  /** Increases with every change that a snapshot would show. */
  long changes() {
    return changes;
  }

  BufferSnapshot snapshot(int maxLabels) {
    List<BufferSnapshot.Stored> complete = new ArrayList<>();
    for (IndexEntry entry : entries.values()) {
      if (entry.stored != null) {
        complete.add(entry.stored);
      }
    }
    return BufferSnapshot.of(complete, maxLabels);
  }

  private IndexEntry entry(String id) {
    IndexEntry entry = entries.get(id);
    if (entry == null) {
      throw new IllegalStateException("a waiting picture has no entry: " + id);
    }
    return entry;
  }

  private void setEmbedding(IndexEntry entry, @Nullable Embedding embedding) {
    embeddings += (embedding == null ? 0 : 1) - (entry.embedding == null ? 0 : 1);
    entry.embedding = embedding;
  }

  private void changed(String id, IndexEntry entry) {
    if (entry.label == null && entry.picture == null) {
      entries.remove(id);
    }
    entry.refresh(id);
    changes++;
  }
}
