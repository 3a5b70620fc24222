package dev.imprint.runs;

import static java.util.stream.Collectors.joining;

import dev.imprint.model.metrics.Metrics;
import dev.imprint.model.metrics.Metrics.PerLabel;
import dev.imprint.tensorflow.board.EventFile;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.head.HeadTrainer.EpochListener;
import dev.imprint.training.Candidate;
import dev.imprint.training.evaluation.Mistake;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of one training, on disk as it goes on. After a failed write, nothing more is written.
 * Not thread-safe; the creator must close it.
 */
public final class TrainingLog implements EpochListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingLog.class);

  private final Map<Epoch.Phase, Integer> steps = new EnumMap<>(Epoch.Phase.class);
  // Null once it cannot be written.
  private @Nullable EventFile events;
  private final @Nullable RunPictures pictures;

  private TrainingLog(@Nullable EventFile events, @Nullable RunPictures pictures) {
    this.events = events;
    this.pictures = pictures;
  }

  /** Records in the directory of a run. */
  static TrainingLog in(Path run, Clock clock) throws IOException {
    return new TrainingLog(EventFile.create(run, "imprint", clock), new RunPictures(run, clock));
  }

  /** Records nothing. */
  public static TrainingLog none() {
    return new TrainingLog(null, null);
  }

  /** Whether anything more will be recorded. */
  boolean isRecorded() {
    return events != null;
  }

  @FunctionalInterface
  private interface Write {
    void to(EventFile events) throws IOException;
  }

  @Override
  public void epoch(Epoch epoch) {
    // Rounds of self-training follow each other in one curve.
    int step = steps.merge(epoch.phase(), 1, Integer::sum);
    String phase = epoch.phase().name().toLowerCase(Locale.ROOT);
    write(events -> events.scalar(phase + "/loss", step, epoch.loss()));
    Epoch.Validation validation = epoch.validation();
    if (validation != null) {
      write(
          events -> {
            events.scalar(phase + "/validation_loss", step, validation.loss());
            events.scalar(phase + "/validation_accuracy", step, validation.accuracy());
          });
    }
  }

  /** Records how the new head did on pictures that it has not seen, and how it was made. */
  public void finished(Candidate candidate) {
    Metrics metrics = candidate.judgement().challenger();
    write(
        events -> {
          events.started(candidate.training().configuration());
          events.scalar("unseen/accuracy", 0, metrics.accuracy());
          events.scalar("unseen/macro_f1", 0, metrics.macroF1());
          events.text("verdict", candidate.judgement().reason());
          events.text("labels", labels(metrics));
          if (!metrics.confusion().isEmpty()) {
            events.text("confusion", confusion(metrics));
          }
          events.ended(true);
        });
  }

  /** Records the wrong answers on the sheet of that name, in its order: by row, from the left. */
  void mistakes(List<Mistake> mistakes) {
    List<List<String>> rows = new ArrayList<>();
    for (Mistake mistake : mistakes) {
      rows.add(
          List.of(
              String.valueOf(rows.size() + 1),
              mistake.example().imageId(),
              mistake.example().label(),
              mistake.predicted(),
              "%.3f".formatted(mistake.confidence())));
    }
    if (!rows.isEmpty()) {
      List<String> head = List.of("", "image", "label", "predicted", "confidence");
      write(events -> events.text("mistakes", table(head, rows.stream())));
    }
  }

  /**
   * @param digests of all pictures on the sheet
   */
  void sheet(String tag, BufferedImage sheet, Set<String> digests) {
    write(
        events -> {
          if (pictures != null) {
            pictures.sheet(tag, sheet, digests);
          }
        });
  }

  /**
   * Records the cause.
   *
   * @param settings with which it began; those of a finished one are known only then, after a
   *     search, and TensorBoard takes the first that it reads
   */
  public void failed(Exception cause, Map<String, String> settings) {
    String message = cause.getMessage();
    write(
        events -> {
          events.started(settings);
          events.text("failure", message == null ? cause.toString() : message);
          events.ended(false);
        });
  }

  private static String labels(Metrics metrics) {
    return table(
        List.of("label", "precision", "recall", "F1", "pictures"),
        metrics.labels().stream().map(TrainingLog::cells));
  }

  private static List<String> cells(PerLabel label) {
    return List.of(
        label.label(),
        "%.3f".formatted(label.precision()),
        "%.3f".formatted(label.recall()),
        "%.3f".formatted(label.f1()),
        String.valueOf(label.support()));
  }

  private static String confusion(Metrics metrics) {
    List<String> labels = metrics.labels().stream().map(PerLabel::label).toList();
    return table(
        Stream.concat(Stream.of("truth / predicted"), labels.stream()).toList(),
        IntStream.range(0, labels.size())
            .mapToObj(
                truth ->
                    Stream.concat(
                            Stream.of(labels.get(truth)),
                            metrics.confusion().get(truth).stream().map(TrainingLog::count))
                        .toList()));
  }

  /** Zeros would hide what was confused. */
  private static String count(int number) {
    return number == 0 ? "" : String.valueOf(number);
  }

  private static String table(List<String> head, Stream<List<String>> rows) {
    return Stream.concat(
            Stream.of(head, head.stream().map(cell -> "---").toList()),
            rows.map(cells -> cells.stream().map(TrainingLog::escaped).toList()))
        .map(cells -> "| " + String.join(" | ", cells) + " |")
        .collect(joining("\n"));
  }

  /** People choose labels, and the page that shows the table takes HTML. */
  private static String escaped(String cell) {
    return cell.replaceAll("[|\\\\`*_<>&\\[\\]]", "\\\\$0").replaceAll("\\s+", " ");
  }

  private void write(Write write) {
    EventFile file = events;
    if (file == null) {
      return;
    }
    try {
      write.to(file);
    } catch (IOException e) {
      LOG.warn("The record of this training ends here: {}", e.toString());
      close();
      events = null;
    }
  }

  @Override
  public void close() {
    try (pictures) {
      if (events != null) {
        events.close();
      }
    } catch (IOException e) {
      LOG.warn("The record of this training may be incomplete: {}", e.toString());
    }
  }
}
