package dev.imprint.buffer.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.augmentation.Recipe;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.backbone.View;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeddings on the local disk, by the digest of their picture and its view, so that a restart does
 * not compute them again; one directory per backbone. Only a cache: any problem with it is logged,
 * and work continues without it, more slowly.
 *
 * <p>Only one process can use a directory at a time; a second instance with the same data directory
 * works without. Thread-safe. The creator must close it, which frees its native memory; after that
 * it is empty.
 */
public final class EmbeddingCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingCache.class);

  private static final int DIGEST_BYTES = 32;

  private static final long WRITE_BUFFER_BYTES = 4 << 20;

  // Native memory; null if nothing is to be kept.
  private final @Nullable Options options;
  private final Path directory;
  private final EmbeddingLayers layers;
  private final int maxEntries;
  private @Nullable RocksDB db;
  private long entries;
  // Once it has been: whatever is deleted later is deleted at once.
  private boolean clean;

  private EmbeddingCache(
      @Nullable Options options,
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
  public static EmbeddingCache open(
      Path root, String backboneId, EmbeddingLayers layers, int maxEntries) {
    Path directory = root.resolve(backboneId);
    if (maxEntries <= 0) {
      return new EmbeddingCache(null, directory, layers, 0, null);
    }
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
    if (CacheDirectory.make(directory)) {
      CacheDirectory.removeOthers(root, directory, options);
      db = CacheDirectory.openOrRenew(options, directory);
    }
    EmbeddingCache cache = new EmbeddingCache(options, directory, layers, maxEntries, db);
    cache.estimateEntries();
    return cache;
  }

  /** One that keeps nothing, and need not be closed. */
  public static EmbeddingCache none(Backbone backbone) {
    return open(Path.of(""), backbone.id(), backbone.layers(), 0);
  }

  /** Whether embeddings are kept at all. */
  synchronized boolean isOpen() {
    return db != null;
  }

  /** Whether {@link #put} has no room left. */
  synchronized boolean isFull() {
    return entries >= maxEntries;
  }

  /** Whether it is full of what {@link #retain} might delete. */
  public synchronized boolean needsCleaning() {
    return isOpen() && isFull() && !clean;
  }

  /**
   * Looks up an embedding.
   *
   * @param sha256 of the picture, hex
   * @return null if it is not cached
   */
  public synchronized @Nullable Embedding get(String sha256, View view) {
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

  /** Stores it if there is room: the last quarter is for originals, which each start needs. */
  public synchronized void put(String sha256, View view, Embedding embedding) {
    boolean original = view.name().isEmpty();
    if (db == null || entries >= (original ? maxEntries : maxEntries - maxEntries / 4)) {
      return;
    }
    try {
      db.put(key(sha256, view), embedding.bytes());
      entries++;
    } catch (RocksDBException e) {
      failed(e);
    }
  }

  /**
   * Deletes all others; reads the whole cache.
   *
   * @param digests of the pictures that stay
   * @param recipe id of the one whose views stay, besides the originals
   */
  public synchronized void retain(Set<String> digests, String recipe) {
    if (db == null) {
      return;
    }
    long kept = 0;
    long dropped = 0;
    try (RocksIterator all = db.newIterator()) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        if (digests.contains(digest(all.key())) && stays(view(all.key()), recipe)) {
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
      clean = true;
    } catch (RocksDBException e) {
      failed(e);
    }
  }

  /**
   * Deletes all views of these pictures, also from the disk, at once: it may have been requested
   * that the pictures be forgotten.
   */
  public synchronized void remove(Set<String> digests) {
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
    if (options != null) {
      options.close();
    }
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
    if (options != null && CacheDirectory.isCorrupt(e)) {
      db = CacheDirectory.renew(options, directory, e);
      entries = 0;
    } else {
      LOG.warn("The embedding cache in {} failed; continuing without it", directory, e);
    }
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

  private static String view(byte[] key) {
    int from = Math.min(DIGEST_BYTES, key.length);
    return new String(key, from, key.length - from, UTF_8);
  }

  private static boolean stays(String view, String recipe) {
    return view.isEmpty() || Recipe.drew(recipe, view);
  }
}
