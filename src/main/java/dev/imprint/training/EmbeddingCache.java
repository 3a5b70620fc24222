package dev.imprint.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.Backbone;
import dev.imprint.model.Embedding;
import dev.imprint.model.EmbeddingLayers;
import dev.imprint.model.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeddings on the local disk, by the digest of their picture and its view, so that a restart
 * computes none again; one directory per backbone. Only a cache: any problem with it is logged, and
 * work continues without it, more slowly.
 *
 * <p>Only one process can use a directory at a time; a second instance with the same data directory
 * works without. Thread-safe. The creator must close it, which frees its native memory; after that
 * it is empty.
 */
final class EmbeddingCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingCache.class);

  /** Caches of other backbones that are kept, in case of a change back to one. */
  private static final int OTHERS_KEPT = 2;

  private static final int DIGEST_BYTES = 32;

  private static final long WRITE_BUFFER_BYTES = 4 << 20;

  private final Options options;
  private final Path directory;
  private final EmbeddingLayers layers;
  private final int maxEntries;
  private @Nullable RocksDB db;
  private long entries;

  private EmbeddingCache(
      Options options,
      Path directory,
      EmbeddingLayers layers,
      int maxEntries,
      @Nullable RocksDB db) {
    this.options = options;
    this.directory = directory;
    this.layers = layers;
    this.maxEntries = maxEntries;
    this.db = db;
  }

  /**
   * Never fails: without a usable directory it stays empty.
   *
   * @param root directory of all caches; older caches of other backbones are deleted
   * @param maxEntries 0 for no cache
   */
  static EmbeddingCache open(Path root, String backboneId, EmbeddingLayers layers, int maxEntries) {
    Path directory = root.resolve(backboneId);
    RocksDB.loadLibrary();
    Options options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxOpenFiles(64)
            .setKeepLogFileNum(1)
            .setInfoLogLevel(InfoLogLevel.ERROR_LEVEL)
            // Numbers hardly compress, and each embedding is read once.
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setTableFormatConfig(new BlockBasedTableConfig().setNoBlockCache(true));
    RocksDB db = null;
    if (maxEntries > 0 && makeDirectory(directory)) {
      removeOthers(root, directory, options);
      db = openOrRenew(options, directory);
    }
    EmbeddingCache cache = new EmbeddingCache(options, directory, layers, maxEntries, db);
    cache.estimateEntries();
    return cache;
  }

  /** One that keeps nothing. */
  static EmbeddingCache none(Backbone backbone) {
    return open(Path.of(""), backbone.id(), backbone.layers(), 0);
  }

  /** Whether embeddings are kept at all. */
  synchronized boolean isOpen() {
    return db != null;
  }

  /** Whether {@link #put} would not store any more. */
  synchronized boolean isFull() {
    return entries >= maxEntries;
  }

  /**
   * Looks up an embedding.
   *
   * @param sha256 of the picture, hex
   * @return null if it is not cached
   */
  synchronized @Nullable Embedding get(String sha256, View view) {
    if (db == null) {
      return null;
    }
    try {
      byte[] value = db.get(key(sha256, view));
      return value == null ? null : embedding(value);
    } catch (RocksDBException e) {
      failed(e);
      return null;
    }
  }

  private @Nullable Embedding embedding(byte[] value) {
    if (value.length == Embedding.bytes(layers)) {
      return Embedding.ofBytes(value, layers);
    }
    if (value.length != layers.dimension() * Float.BYTES) {
      return null;
    }
    float[] numbers = new float[layers.dimension()]; // single precision, as earlier releases wrote
    ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return Embedding.of(numbers, layers);
  }

  synchronized void put(String sha256, View view, Embedding embedding) {
    if (db == null || isFull()) {
      return;
    }
    try {
      db.put(key(sha256, view), embedding.bytes());
      entries++;
    } catch (RocksDBException e) {
      failed(e);
    }
  }

  /** Deletes the views of all other pictures. */
  synchronized void retain(Set<String> digests) {
    if (db == null) {
      return;
    }
    long kept = 0;
    long dropped = 0;
    try (RocksIterator all = db.newIterator()) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        if (digests.contains(digest(all.key()))) {
          kept++;
        } else {
          db.delete(all.key());
          dropped++;
        }
      }
      all.status();
      if (dropped > 0) {
        db.compactRange();
      }
      entries = kept;
    } catch (RocksDBException e) {
      failed(e);
    }
  }

  /**
   * Deletes all views of these pictures, also from the disk, at once: it may have been requested
   * that the pictures be forgotten.
   */
  synchronized void remove(Set<String> digests) {
    if (db == null) {
      return;
    }
    try {
      for (String sha256 : digests) {
        List<byte[]> views = views(db, sha256);
        for (byte[] key : views) {
          db.delete(key);
        }
        if (!views.isEmpty()) { // otherwise they are only marked
          db.compactRange(views.get(0), views.get(views.size() - 1));
        }
        entries -= views.size();
      }
    } catch (RocksDBException e) {
      failed(e);
    }
  }

  /** The keys of all views of a picture, in order. */
  private static List<byte[]> views(RocksDB db, String sha256) throws RocksDBException {
    List<byte[]> keys = new ArrayList<>();
    try (RocksIterator all = db.newIterator()) {
      for (all.seek(key(sha256, View.ORIGINAL));
          all.isValid() && digest(all.key()).equals(sha256);
          all.next()) {
        keys.add(all.key());
      }
      all.status();
    }
    return keys;
  }

  @Override
  public synchronized void close() {
    if (db != null) {
      db.close();
      db = null;
    }
    options.close();
  }

  private void estimateEntries() {
    try {
      entries = db == null ? 0 : db.getLongProperty("rocksdb.estimate-num-keys");
    } catch (RocksDBException e) {
      failed(e);
    }
  }

  /**
   * A cache that cannot be read is recreated; one that cannot be written (a full disk) is closed.
   */
  private void failed(RocksDBException e) {
    if (db != null) {
      db.close();
      db = null;
    }
    if (isCorrupt(e)) {
      db = renew(options, directory, e);
      entries = 0;
    } else {
      LOG.warn("The embedding cache in {} failed; continuing without it", directory, e);
    }
  }

  private static boolean makeDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
      return true;
    } catch (IOException e) {
      LOG.warn("No embedding cache: {} cannot be created", directory, e);
      return false;
    }
  }

  private static @Nullable RocksDB openOrRenew(Options options, Path directory) {
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

  private static @Nullable RocksDB renew(Options options, Path directory, RocksDBException why) {
    LOG.warn("The embedding cache in {} cannot be read and is recreated", directory, why);
    try {
      RocksDB.destroyDB(directory.toString(), options);
      return RocksDB.open(options, directory.toString());
    } catch (RocksDBException e) {
      LOG.warn("No embedding cache: {} cannot be recreated", directory, e);
      return null;
    }
  }

  private static void removeOthers(Path root, Path own, Options options) {
    List<Path> others;
    try (Stream<Path> all = Files.list(root)) {
      others =
          all.filter(path -> !path.equals(own))
              // Only directories named by a backbone's id are ours to delete.
              .filter(path -> path.getFileName().toString().matches("[0-9a-f]{64}"))
              .sorted(Comparator.comparing(EmbeddingCache::lastModified).reversed())
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

  private static boolean isCorrupt(RocksDBException e) {
    return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
  }

  private static boolean isLocked(RocksDBException e) {
    return e.getStatus() != null
        && e.getStatus().getCode() == Status.Code.IOError
        && String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("lock");
  }

  /** The digest, then the view's name: only the digest for the original. */
  private static byte[] key(String sha256, View view) {
    byte[] digest = HexFormat.of().parseHex(sha256);
    byte[] name = view.name().getBytes(UTF_8);
    byte[] key = Arrays.copyOf(digest, digest.length + name.length);
    System.arraycopy(name, 0, key, digest.length, name.length);
    return key;
  }

  private static String digest(byte[] key) {
    return HexFormat.of().formatHex(key, 0, Math.min(DIGEST_BYTES, key.length));
  }
}
