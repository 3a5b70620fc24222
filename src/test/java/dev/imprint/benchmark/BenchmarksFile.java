package dev.imprint.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Stream;

/** docs/BENCHMARKS.md: each benchmark writes its own section, and leaves the rest unchanged. */
final class BenchmarksFile {
  private BenchmarksFile() {}

  /**
   * The text, with the section replacing the one with the same heading, or appended.
   *
   * @param section starts with its heading, such as {@code ## Serving}; ends before the next one of
   *     the same level
   */
  static String withSection(String text, String section) {
    String heading = heading(section);
    StringBuilder all = new StringBuilder();
    boolean replaced = false;
    for (String old : sections(text, heading)) {
      boolean same = heading(old).equals(heading);
      replaced |= same;
      all.append((same ? section : old).strip()).append("\n\n");
    }
    if (!replaced) {
      all.append(section.strip());
    }
    return all.toString().strip() + "\n";
  }

  /** The section with this heading, including its subsections; empty if there is none. */
  static Optional<String> section(String text, String heading) {
    return Stream.of(sections(text, heading)).filter(s -> heading(s).equals(heading)).findFirst();
  }

  /** Writes a section into the file. */
  static void write(Path file, String section) throws IOException {
    Files.writeString(file, withSection(Files.readString(file), section));
  }

  /** When and where this runs, as text. */
  static String dateAndMachine() throws IOException {
    String cpu = proc("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch", ""));
    return "on %s. Machine: %s, %d cores, %d MiB of memory, Java %s."
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            cpu,
            Runtime.getRuntime().availableProcessors(),
            proc("/proc/meminfo", "MemTotal").map(PeerRun::kilobytes).orElse(0L) / 1024,
            Runtime.version());
  }

  private static String heading(String section) {
    return section.lines().findFirst().orElse("").strip();
  }

  /** Split before each heading of this one's level. */
  private static String[] sections(String text, String heading) {
    return text.split("(?m)^(?=" + heading.substring(0, heading.indexOf(' ') + 1) + ")", -1);
  }

  private static Optional<String> proc(String file, String key) throws IOException {
    if (!Files.exists(Path.of(file))) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst();
    }
  }
}
