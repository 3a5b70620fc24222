package dev.imprint.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one instance's state, locked for as long as it is open: Kafka Streams would take
 * a second instance there for its own, and try for ever. The lock ends with the process, however
 * that ends. Whoever opened it closes it.
 */
final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "imprint.lock";

  /** RocksDB does not open its stores without some, and says so over and over. */
  private static final long LEAST_BYTES = 64L << 20;

  private final FileChannel channel;

  private DataDirectory(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes it if it is missing.
   *
   * @throws CommandFailedException if it cannot be written, or another instance has it
   */
  static DataDirectory open(Path directory) {
    try {
      Files.createDirectories(directory);
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
          ("data is %s: it cannot be written (%s); free space or rights there,"
                  + " or name another directory with --data or data")
              .formatted(directory, Failures.reason(e)),
          e);
    }
  }

  static void requireSpace(Path directory, long free) {
    if (free < LEAST_BYTES) {
      throw new CommandFailedException(
          ("data is %s: the disk is full (%d MB free, at least %d are needed);"
                  + " free space there, or name another directory with --data or data")
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
