package dev.imprint.app.service;

import dev.imprint.app.config.FileErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one instance's state, locked while it is open: in a directory in use, Kafka
 * Streams would mistake the other instance's state for its own, and retry forever. The lock ends
 * with the process, however that ends. The caller must close it.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "imprint.lock";

  /** Without some free space, RocksDB does not open its stores, and logs that over and over. */
  private static final long LEAST_BYTES = 64L << 20;

  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");

  private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

  private final FileChannel channel;

  private DataDirectory(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Creates it if it is missing.
   *
   * @throws CommandFailedException if it is not writable, or another instance uses it
   */
  public static DataDirectory open(Path directory) {
    try {
      Files.createDirectories(directory);
      keepFromOthers(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean done = false;
      try {
        if (lock(channel) == null) {
          throw new CommandFailedException(
              ("data directory '%s' is in use by another process; stop it, or set data to another"
                      + " directory")
                  .formatted(directory));
        }
        requireSpace(directory, Files.getFileStore(directory).getUsableSpace());
        done = true;
        return new DataDirectory(channel);
      } finally {
        if (!done) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw new CommandFailedException(
          ("data is %s: cannot write to it (%s); free up space or fix its permissions, or choose"
                  + " another directory with --data or data")
              .formatted(directory, FileErrors.reason(e)),
          e);
    }
  }

  /**
   * It contains pictures, labels and predictions, and RocksDB and Kafka create files that everyone
   * may read: restricts access to the directory itself, even if an earlier release created it.
   */
  private static void keepFromOthers(Path directory) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(directory, PosixFileAttributeView.class);
    if (view == null || view.readAttributes().permissions().equals(OWNER_ALONE)) {
      return; // Windows, where permissions are inherited; or nothing to do
    }
    try {
      view.setPermissions(OWNER_ALONE);
    } catch (FileSystemException e) { // a writable volume that belongs to someone else
      LOG.warn(
          "data is {}: other users can read it, and its permissions cannot be changed ({}); run"
              + " chmod 700 on it",
          directory,
          FileErrors.reason(e));
    }
  }

  public static void requireSpace(Path directory, long free) {
    if (free < LEAST_BYTES) {
      throw new CommandFailedException(
          ("data is %s: the disk is full (%d MB free, at least %d MB needed); free up space, or"
                  + " choose another directory with --data or data")
              .formatted(directory, free >> 20, LEAST_BYTES >> 20));
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // locked by another one in this process
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
