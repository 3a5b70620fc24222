package dev.imprint.runs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;

/** Reads event files. */
public final class RecordedEvents {
  private RecordedEvents() {}

  /** All of the first file in a directory; fails on a wrong checksum. */
  public static List<Event> of(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return in(files.sorted().toList().get(0));
    }
  }

  /** All of a file. */
  public static List<Event> in(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = next(bytes, Long.BYTES);
      byte[] event =
          next(bytes, (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
      events.add(Event.parseFrom(event));
    }
    return events;
  }

  private static byte[] next(ByteBuffer bytes, int size) throws IOException {
    byte[] part = new byte[size];
    bytes.get(part);
    CRC32C crc = new CRC32C();
    crc.update(part);
    int value = (int) crc.getValue();
    if ((value >>> 15 | value << 17) + 0xa282ead8 != bytes.getInt()) {
      throw new IOException("wrong checksum before byte " + bytes.position());
    }
    return part;
  }
}
