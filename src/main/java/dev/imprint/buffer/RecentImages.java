package dev.imprint.buffer;

import dev.imprint.event.Clients;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.RecordReader;
import dev.imprint.event.Sha256;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.ProbedDecoder;
import dev.imprint.model.backbone.View;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A random sample of the images that arrived lately, embedded, to learn from without labels. It is
 * read back and embedded a few at a time, a batch a second, so that serving does not notice.
 * Pictures whose label was deleted are left out: a person may have asked to forget them.
 *
 * <p>Used by the buffer's thread, which closes it; {@link #pictures} is thread-safe.
 */
final class RecentImages implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecentImages.class);

  private static final Duration BATCH_EVERY = Duration.ofSeconds(1);
  private static final Duration DRAW_EVERY = Duration.ofMinutes(1);

  /** Ids that are remembered as forgotten; the oldest ones beyond it are not. */
  private static final int MOST_FORGOTTEN = 100_000;

  private final RecordReader records;
  private final PositionSample sample;
  private final Backbone backbone;
  private final ProbedDecoder decoder;
  private final LongSupplier nanoTime;
  private final Map<Position, UnlabelledPicture> embedded = new HashMap<>();
  private final Set<Position> unusable = new LinkedHashSet<>();
  private final Deque<Position> waiting = new ArrayDeque<>();
  private final Set<String> forgotten = new LinkedHashSet<>();
  private long nextBatchAt;
  private long nextDrawAt;
  private volatile List<UnlabelledPicture> pictures = List.of();

  /**
   * @param size most images in it; 0 for none
   */
  RecentImages(Clients clients, String topic, Backbone backbone, int size, LongSupplier nanoTime) {
    this.records = new RecordReader(clients, topic);
    this.sample = new PositionSample(size);
    this.backbone = backbone;
    this.decoder = new ProbedDecoder(backbone.decoder());
    this.nanoTime = nanoTime;
    this.nextBatchAt = nanoTime.getAsLong();
    this.nextDrawAt = nextBatchAt;
  }

  /** Those embedded so far, without the forgotten ones. */
  List<UnlabelledPicture> pictures() {
    return pictures;
  }

  /** An image's label was deleted, or set again. */
  void forgotten(String imageId, boolean isForgotten) {
    boolean changed = isForgotten ? forgotten.add(imageId) : forgotten.remove(imageId);
    if (forgotten.size() > MOST_FORGOTTEN) {
      forgotten.remove(forgotten.iterator().next());
    }
    if (changed) {
      publish();
    }
  }

  /** Embeds the next few, if it is time to. Never fails: it then goes on later. */
  void embedSome(int batch) {
    long now = nanoTime.getAsLong();
    if (now < nextBatchAt) {
      return;
    }
    nextBatchAt = now + BATCH_EVERY.toNanos();
    try {
      if (now >= nextDrawAt) {
        nextDrawAt = now + DRAW_EVERY.toNanos();
        draw();
      }
      embed(batch);
    } catch (RuntimeException e) { // Kafka or the device; the buffer shows in health what lasts
      nextBatchAt = now + DRAW_EVERY.toNanos();
      LOG.warn("Cannot read or embed recent images, will try again: {}", e.toString());
    }
  }

  private void draw() {
    Set<Position> drawn = sample.of(records.offsets());
    embedded.keySet().retainAll(drawn);
    unusable.retainAll(drawn);
    waiting.clear();
    drawn.stream()
        .filter(at -> !embedded.containsKey(at) && !unusable.contains(at))
        .forEach(waiting::add);
    publish();
  }

  private void embed(int batch) {
    Map<Position, IncomingImage> images = new HashMap<>();
    Map<Position, Pixels> pixels = new HashMap<>();
    for (int reads = 0; reads < batch && !waiting.isEmpty(); reads++) {
      Position at = waiting.remove();
      IncomingImage image = read(at);
      Pixels decoded = image == null ? null : decoded(image);
      if (image == null || decoded == null) {
        unusable.add(at);
      } else {
        images.put(at, image);
        pixels.put(at, decoded);
      }
    }
    if (images.isEmpty()) {
      return;
    }
    List<Position> order = new ArrayList<>(images.keySet());
    float[][] embeddings =
        backbone.embedEach(order.stream().map(pixels::get).map(Objects::requireNonNull).toList());
    for (int i = 0; i < embeddings.length; i++) {
      Position at = order.get(i);
      IncomingImage image = Objects.requireNonNull(images.get(at));
      if (Embedder.isFinite(embeddings[i])) {
        Embedding embedding = Embedding.of(embeddings[i], backbone.layers());
        embedded.put(
            at, new UnlabelledPicture(image.id(), at, Sha256.hex(image.picture()), embedding));
      } else {
        unusable.add(at);
      }
    }
    publish();
  }

  /** Null for a transaction's marker, a record that retention has deleted, and no image at all. */
  private @Nullable IncomingImage read(Position at) {
    ConsumerRecord<byte[], byte[]> record = records.read(at.partition(), at.offset());
    try {
      return record == null ? null : IncomingImage.of(record);
    } catch (RejectedException e) {
      return null;
    }
  }

  private @Nullable Pixels decoded(IncomingImage image) {
    try {
      return decoder.decode(image.picture(), View.ORIGINAL);
    } catch (RejectedException e) {
      return null;
    }
  }

  private void publish() {
    Collection<UnlabelledPicture> all = embedded.values();
    pictures = all.stream().filter(picture -> !forgotten.contains(picture.imageId())).toList();
  }

  @Override
  public void close() {
    records.close();
  }
}
