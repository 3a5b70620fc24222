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
 * The directory of one instance's state, locked for as long as it is open: Kafka Streams would take
 * a second instance there for its own, and try for ever. The lock ends with the process, however
 * that ends. Whoever opened it closes it.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "imprint.lock";

  /** RocksDB does not open its stores without some, and says so over and over. */
  private static final long LEAST_BYTES = 64L << 20;

  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");

  private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

  private final FileChannel channel;

  private DataDirectory(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes it if it is missing.
   *
   * @throws CommandFailedException if it cannot be written, or another instance has it
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
   * Pictures, labels and predictions are in it, and RocksDB and Kafka make files that everybody may
   * read: nobody else gets past the directory, also of one that an earlier release has made.
   */
  private static void keepFromOthers(Path directory) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(directory, PosixFileAttributeView.class);
    if (view == null || view.readAttributes().permissions().equals(OWNER_ALONE)) {
      return; // Windows, where rights are inherited; or all is well
    }
    try {
      view.setPermissions(OWNER_ALONE);
    } catch (FileSystemException e) { // a volume that belongs to somebody else, and is writable
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
      return null; // by another one in this process
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
