package dev.imprint.tensorflow.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How much memory the operating system could give a process without swapping, within the limit of
 * its container: Linux's MemAvailable, and cgroup v2's memory.max less what is in use and cannot be
 * dropped (https://docs.kernel.org/admin-guide/cgroup-v2.html).
 *
 * @param meminfo {@code /proc/meminfo}
 * @param cgroup {@code /sys/fs/cgroup}
 */
public record FreeMemory(Path meminfo, Path cgroup) {
  private static final FreeMemory HERE =
      new FreeMemory(Path.of("/proc/meminfo"), Path.of("/sys/fs/cgroup"));

  /**
   * @param what it is needed for, in words
   * @throws IOException if there is less; never where it is not known
   */
  public static void require(long bytes, String what) throws IOException {
    HERE.requireFor(bytes, what);
  }

  void requireFor(long bytes, String what) throws IOException {
    OptionalLong free = bytes();
    if (free.isPresent() && free.getAsLong() < bytes) {
      throw new IOException(
          "%s needs about %d MiB of memory, and %d MiB are free: give the service more"
              .formatted(what, bytes >> 20, free.getAsLong() >> 20));
    }
  }

  /** Empty if neither is known. */
  OptionalLong bytes() {
    OptionalLong machine = number(meminfo, "MemAvailable:", 1024);
    OptionalLong limit = number(cgroup.resolve("memory.max"), "", 1);
    if (limit.isEmpty()) {
      return machine; // no container, or one without a limit
    }
    long used = number(cgroup.resolve("memory.current"), "", 1).orElse(0);
    long files = number(cgroup.resolve("memory.stat"), "inactive_file", 1).orElse(0);
    long left = limit.getAsLong() - used + files;
    return OptionalLong.of(Math.min(left, machine.orElse(left)));
  }

  /** The number in the line that begins with this. */
  private static OptionalLong number(Path file, String begin, long unit) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(begin))
          .map(line -> line.substring(begin.length()).replace("kB", "").strip())
          .filter(text -> text.matches("\\d{1,18}"))
          .mapToLong(text -> Long.parseLong(text) * unit)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty(); // another operating system
    }
  }
}
