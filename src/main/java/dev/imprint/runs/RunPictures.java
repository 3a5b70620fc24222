package dev.imprint.runs;

import dev.imprint.tensorflow.board.EventFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sheets of pictures of one run, in an event file of their own, which is deleted as a whole
 * when one of the pictures is to be forgotten; their digests are in a list beside it. Not
 * thread-safe; the creator must close it.
 */
final class RunPictures implements AutoCloseable {
  private static final String SUFFIX = "pictures";
  private static final String DIGESTS = "pictures.sha256";

  private final Path run;
  private final Clock clock;
  private @Nullable EventFile events;

  RunPictures(Path run, Clock clock) {
    this.run = run;
    this.clock = clock;
  }

  /**
   * @param digests of all pictures on it
   */
  void sheet(String tag, BufferedImage sheet, Set<String> digests) throws IOException {
    // First: a sheet whose pictures are not listed would never be deleted.
    Files.write(
        run.resolve(DIGESTS), digests, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (events == null) {
      events = EventFile.create(run, SUFFIX, clock);
    }
    events.image(tag, sheet);
  }

  /** Deletes a run's sheets if they show a picture with such a digest. */
  static void deleteIf(Path run, Predicate<String> forgotten) throws IOException {
    Path digests = run.resolve(DIGESTS);
    if (!Files.exists(digests) || Files.readAllLines(digests).stream().noneMatch(forgotten)) {
      return;
    }
    try (Stream<Path> files = Files.list(run)) {
      List<Path> sheets =
          files.filter(file -> file.getFileName().toString().endsWith("." + SUFFIX)).toList();
      for (Path sheet : sheets) {
        Files.deleteIfExists(sheet);
      }
    }
    Files.deleteIfExists(digests); // last: until then, a failure is made good by the next call
  }

  @Override
  public void close() throws IOException {
    if (events != null) {
      events.close();
    }
  }
}
