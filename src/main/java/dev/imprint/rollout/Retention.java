package dev.imprint.rollout;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes old versions, and chunks that belong to none. Used by its {@link Publisher}; owns
 * nothing.
 *
 * @param keepVersions {@link RolloutConfig#keepVersions()}
 */
record Retention(ModelsLog log, ArtifactReader reader, ArtifactWriter writer, int keepVersions) {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** Deletes chunks that no version names; reads the whole topic of artifacts. */
  void clean() {
    delete(Stream.empty(), reader.keys());
  }

  /** Deletes the versions beyond those that are kept. */
  void retire() {
    List<ModelVersion> old = log.models().beyond(keepVersions);
    Set<String> chunks = new HashSet<>();
    old.stream().flatMap(ModelVersion::artifacts).flatMap(Retention::keys).forEach(chunks::add);
    delete(old.stream().map(ModelVersion::version), chunks);
  }

  /** Deletes versions, and those of the chunks that no other version names. */
  private void delete(Stream<String> names, Set<String> chunks) {
    List<ProducerRecord<byte[], byte[]>> tombstones = new ArrayList<>();
    Models left = log.models();
    for (String name : names.toList()) {
      tombstones.add(log.record(name, null));
      left = left.with(name, null);
    }
    Set<String> orphans = new HashSet<>(chunks);
    left.artifacts().flatMap(Retention::keys).forEach(orphans::remove);
    orphans.forEach(key -> tombstones.add(writer.record(key, null)));
    if (!tombstones.isEmpty()) {
      log.commit(tombstones, sending -> {});
      LOG.info("Deleted old versions and {} chunks that belong to no version", orphans.size());
    }
  }

  private static Stream<String> keys(Artifact artifact) {
    return IntStream.range(0, artifact.chunks().size())
        .mapToObj(i -> ArtifactReader.key(artifact.sha256(), i));
  }
}
