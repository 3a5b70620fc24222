package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.Manifest.ManifestLine;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The versions whose manifest lists a picture: they learned from it, or were judged on it.
 *
 * @param versions the newest first
 * @param unread versions whose manifests were not read, or could not be
 */
public record ManifestSearch(List<Listing> versions, List<String> unread) {
  /**
   * One version.
   *
   * @param label as it is called now; null if the version learned from the picture without one
   */
  public record Listing(String version, Instant createdAt, @Nullable String label) {}

  /**
   * Reads manifests from Kafka, those of the newest versions first.
   *
   * @param sha256 of the picture, hex
   * @param mostBytes of all that is read
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public static ManifestSearch of(ModelStore store, Models models, String sha256, long mostBytes) {
    List<Listing> listings = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    List<ModelVersion> versions = models.versions();
    long left = mostBytes;
    try (ArtifactReader artifacts = store.artifacts()) {
      for (int i = versions.size() - 1; i >= 0; i--) {
        ModelVersion version = versions.get(i);
        left -= version.manifest().bytes();
        if (left < 0) {
          unread.add(version.version());
          continue;
        }
        try {
          ManifestLine line = line(artifacts.read(version.manifest()), sha256);
          if (line != null) {
            listings.add(listing(version, line, models.labelChanges()));
          }
        } catch (IOException e) { // deleted meanwhile, or corrupt
          unread.add(version.version());
        }
      }
    }
    return new ManifestSearch(listings, unread);
  }

  private static Listing listing(ModelVersion version, ManifestLine line, LabelChanges changes) {
    String label = line.label() == null ? null : changes.named(line.label());
    return new Listing(version.version(), version.createdAt(), label);
  }

  private static @Nullable ManifestLine line(byte[] manifest, String sha256) throws IOException {
    for (String text : new String(manifest, UTF_8).lines().toList()) {
      if (text.contains(sha256)) { // most lines need not be parsed
        ManifestLine line = Json.decode(text.getBytes(UTF_8), ManifestLine.class);
        if (line.sha256().equals(sha256)) {
          return line;
        }
      }
    }
    return null;
  }
}
