package dev.imprint.tensorflow.tuning;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Records of the same size in a file that is deleted when it is closed: the activations of views at
 * the cut. Not thread-safe; the creator must close it.
 */
final class ActivationFile implements AutoCloseable {
  private static final int MIB = 1 << 20;

  private final FileChannel file;
  private final int recordBytes;
  private final long most;
  private int size;

  private ActivationFile(FileChannel file, int recordBytes, long most) {
    this.file = file;
    this.recordBytes = recordBytes;
    this.most = most;
  }

  /**
   * @param folder for the file
   * @param records that it will hold at most
   * @param mostBytes that it may take
   * @throws IllegalArgumentException if that is too little, or the disk is too full
   */
  static ActivationFile create(Path folder, int recordBytes, long records, long mostBytes)
      throws IOException {
    long bytes = Math.multiplyExact(records, recordBytes);
    String needed =
        "the activations of %,d views, %,d bytes each, take %,d MiB"
            .formatted(records, recordBytes, bytes / MIB + 1);
    if (bytes > mostBytes) {
      throw new IllegalArgumentException(
          ("%s, and at most %,d MiB may be used: raise training.fine_tune.max_disk_mb, take fewer"
                  + " views, or let fewer blocks learn")
              .formatted(needed, mostBytes / MIB));
    }
    long free = Files.getFileStore(folder).getUsableSpace();
    if (bytes > free) {
      throw new IllegalArgumentException(
          "%s, but the disk of %s has only %,d MiB left: free some, or take fewer views"
              .formatted(needed, folder, free / MIB));
    }
    Path path = Files.createTempFile(folder, "activations", ".tmp");
    return new ActivationFile(
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE),
        recordBytes,
        records);
  }

  /** Adds a record; its index is the number of those before it. */
  void append(byte[] record) throws IOException {
    if (record.length != recordBytes || size == most) {
      throw new IllegalArgumentException(
          "record %d of %d bytes; there may be %d, of %d"
              .formatted(size, record.length, most, recordBytes));
    }
    ByteBuffer buffer = ByteBuffer.wrap(record);
    long at = (long) size * recordBytes;
    while (buffer.hasRemaining()) {
      at += file.write(buffer, at);
    }
    size++;
  }

  int size() {
    return size;
  }

  byte[] read(int index) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(recordBytes);
    long at = (long) index * recordBytes;
    while (buffer.hasRemaining()) {
      int read = file.read(buffer, at + buffer.position());
      if (read < 0) {
        throw new EOFException("the file of activations ends in record " + index);
      }
    }
    return buffer.array();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
