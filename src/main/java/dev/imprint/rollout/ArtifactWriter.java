package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.HeadFile;
import dev.imprint.event.Sha256;
import dev.imprint.event.VersionHeader;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Chunk;
import dev.imprint.model.head.DenseHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Writes artifacts in chunks, each artifact in its own transaction, and reads them back. Not
 * thread-safe; owns neither producer nor reader.
 */
record ArtifactWriter(Producer<byte[], byte[]> producer, ArtifactReader reader, String topic) {

  /**
   * @param models whose artifacts are not written again
   * @throws IOException if the bytes read back differ
   */
  Artifact head(DenseHead head, List<DenseHead> folds, Models models) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HeadFile.write(head, folds, out);
    return write(out.toByteArray(), models);
  }

  /**
   * @param weights of a network's tuned layers
   * @throws IOException if the bytes read back differ
   */
  Artifact network(byte[] weights, Models models) throws IOException {
    return write(weights, models);
  }

  /**
   * @param manifest see {@link Manifest}
   * @throws IOException if the bytes read back differ
   */
  Artifact manifest(byte[] manifest, Models models) throws IOException {
    return write(manifest, models);
  }

  /** A chunk, or its tombstone if the value is null. */
  ProducerRecord<byte[], byte[]> record(String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, null, key.getBytes(UTF_8), value, VersionHeader.alone());
  }

  private Artifact write(byte[] bytes, Models models) throws IOException {
    String sha256 = Sha256.hex(bytes);
    Artifact known =
        models.artifacts().filter(a -> a.sha256().equals(sha256)).findFirst().orElse(null);
    if (known != null && isThere(known)) {
      return known;
    }
    Artifact artifact = new Artifact(sha256, bytes.length, send(sha256, bytes));
    reader.read(artifact);
    return artifact;
  }

  private boolean isThere(Artifact known) {
    try {
      reader.read(known);
      return true;
    } catch (IOException e) {
      return false; // writing it again repairs the versions that name it, too
    }
  }

  private List<Chunk> send(String sha256, byte[] bytes) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    producer.beginTransaction();
    for (int from = 0; from < bytes.length; from += ArtifactReader.CHUNK_BYTES) {
      int to = Math.min(bytes.length, from + ArtifactReader.CHUNK_BYTES);
      String key = ArtifactReader.key(sha256, sent.size());
      sent.add(producer.send(record(key, Arrays.copyOfRange(bytes, from, to))));
    }
    producer.commitTransaction();
    return sent.stream().map(ArtifactWriter::chunk).toList();
  }

  private static Chunk chunk(Future<RecordMetadata> sent) {
    try {
      RecordMetadata at = sent.get();
      return new Chunk(at.partition(), at.offset());
    } catch (InterruptedException e) {
      throw new InterruptException(e); // keeps the thread's interrupted status
    } catch (ExecutionException e) {
      throw new KafkaException("a chunk was not written", e);
    }
  }
}
