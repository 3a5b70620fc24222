package dev.imprint.buffer.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of {@link EmbeddingCache}s: one per backbone. Problems are logged, not thrown.
 */
final class CacheDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(CacheDirectory.class);

  /** Caches of other backbones that are kept, in case of a change back to one. */
  private static final int OTHERS_KEPT = 2;

  private CacheDirectory() {}

  static boolean make(Path directory) {
    try {
      Files.createDirectories(directory);
      return true;
    } catch (IOException e) {
      LOG.warn("No embedding cache: {} cannot be created", directory, e);
      return false;
    }
  }

  static @Nullable RocksDB openOrRenew(Options options, Path directory) {
    try {
      return RocksDB.open(options, directory.toString());
    } catch (RocksDBException e) {
      if (isLocked(e)) {
        LOG.warn(
            "No embedding cache: another process is using {}; give each instance its own 'data'",
            directory);
        return null;
      }
      return renew(options, directory, e);
    }
  }

  static @Nullable RocksDB renew(Options options, Path directory, RocksDBException why) {
    LOG.warn("The embedding cache in {} cannot be read and is recreated", directory, why);
    try {
      RocksDB.destroyDB(directory.toString(), options);
      return RocksDB.open(options, directory.toString());
    } catch (RocksDBException e) {
      LOG.warn("No embedding cache: {} cannot be recreated", directory, e);
      return null;
    }
  }

  static void removeOthers(Path root, Path own, Options options) {
    List<Path> others;
    try (Stream<Path> all = Files.list(root)) {
      others =
          all.filter(path -> !path.equals(own))
              // Only directories named by a backbone's id are ours to delete.
              .filter(path -> path.getFileName().toString().matches("[0-9a-f]{64}"))
              .sorted(Comparator.comparing(CacheDirectory::lastModified).reversed())
              .toList();
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Cannot remove the caches of other backbones in {}", root, e);
      return;
    }
    for (Path old : others.stream().skip(OTHERS_KEPT).toList()) {
      try {
        RocksDB.destroyDB(old.toString(), options); // refuses while another process uses it
        Files.deleteIfExists(old);
        LOG.info("Removed the embedding cache of an old backbone: {}", old);
      } catch (RocksDBException | IOException e) {
        LOG.warn("Cannot remove the embedding cache in {}", old, e);
      }
    }
  }

  private static long lastModified(Path path) {
    try {
      return Files.getLastModifiedTime(path).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isCorrupt(RocksDBException e) {
    return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
  }

  private static boolean isLocked(RocksDBException e) {
    return e.getStatus() != null
        && e.getStatus().getCode() == Status.Code.IOError
        && String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("lock");
  }
}
