package dev.imprint.runs;

import dev.imprint.buffer.PictureCopies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory a training, for {@code tensorboard --logdir}: curves, hyperparameters, confusion
 * matrix. A disk that takes nothing is logged, and disturbs no training. Thread-safe.
 */
public final class TrainingRuns implements PictureCopies {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRuns.class);

  /** Sorts by time, and is a name on every file system. */
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern NAMED =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ");

  private final Path directory;
  private final int keep;
  private final Clock clock;

  /**
   * @param directory created with the first run
   */
  public TrainingRuns(Path directory, RunsConfig config, Clock clock) {
    this.directory = directory;
    this.keep = config.keep();
    this.clock = clock;
  }

  /**
   * Begins a run, and deletes those that are too old, as far as possible.
   *
   * @return the caller must close it
   */
  public TrainingLog begin() {
    if (keep == 0) {
      return TrainingLog.none();
    }
    try {
      Path run = create();
      deleteOld();
      return TrainingLog.in(run, clock);
    } catch (IOException e) {
      LOG.warn("Cannot record the training in {}: {}", directory, e.toString());
      return TrainingLog.none();
    }
  }

  /** A run that begins within the same second as another is named by the next one. */
  private Path create() throws IOException {
    Files.createDirectories(directory);
    Instant at = clock.instant();
    while (Files.exists(directory.resolve(NAME.format(at)))) {
      at = at.plusSeconds(1);
    }
    return Files.createDirectory(directory.resolve(NAME.format(at)));
  }

  @Override
  public void retain(Set<String> digests) {
    forget(digest -> !digests.contains(digest));
  }

  @Override
  public void remove(Set<String> digests) {
    forget(digests::contains);
  }

  /** Deletes the sheets with such pictures. */
  private void forget(Predicate<String> digests) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try {
      for (Path run : newestFirst()) {
        RunPictures.deleteIf(run, digests);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn(
          "Cannot delete pictures in {} that are to be forgotten: {}", directory, e.toString());
    }
  }

  private List<Path> newestFirst() throws IOException {
    try (Stream<Path> runs = Files.list(directory)) {
      return runs.filter(run -> NAMED.matcher(run.getFileName().toString()).matches())
          .sorted(Comparator.<Path>naturalOrder().reversed())
          .toList();
    }
  }

  private void deleteOld() {
    try {
      List<Path> newestFirst = newestFirst();
      for (Path old : newestFirst.subList(Math.min(keep, newestFirst.size()), newestFirst.size())) {
        delete(old);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Cannot delete old trainings in {}: {}", directory, e.toString());
    }
  }

  /** Of files that this class made, and no deeper. */
  private static void delete(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(run);
  }
}
