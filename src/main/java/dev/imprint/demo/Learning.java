package dev.imprint.demo;

import dev.imprint.demo.belt.Scene;
import dev.imprint.model.Command;
import dev.imprint.model.Feedback;
import dev.imprint.model.Prediction;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything around the pictures: an {@link Inspector} labels some, versions arrive, and the scene
 * changes as the {@link Story} goes on. Once handed over, it is used only by the demo's thread;
 * times are readings of {@link System#nanoTime}, passed in.
 */
public final class Learning {
  private static final Duration DELAY = Duration.ofMillis(500);

  private final Story story;
  private final Inspector inspector;
  private final Consumer<Scene> stage;
  private final @Nullable Lesson lesson;
  private final Versions versions = new Versions();
  private final RecentAnswers live = new RecentAnswers(StorySettings.DEFAULTS.window());
  private String version = "";

  /**
   * @param stage shows the given scene
   */
  Learning(Story story, Inspector inspector, Consumer<Scene> stage) {
    this(story, inspector, stage, null);
  }

  private Learning(
      Story story, Inspector inspector, Consumer<Scene> stage, @Nullable Lesson lesson) {
    this.story = story;
    this.inspector = inspector;
    this.stage = stage;
    this.lesson = lesson;
  }

  /**
   * Tells the story on the belt, from now on.
   *
   * @param share of the pictures that the inspector labels, in 0..1
   * @param seed for which ones
   */
  public static Learning onBelt(BeltStream belt, double share, long seed) {
    InspectorSettings settings = new InspectorSettings(share, DELAY, seed);
    return new Learning(
        new Story(StorySettings.DEFAULTS, System.nanoTime()),
        new Inspector(settings, InstantSource.system()),
        belt::show);
  }

  /**
   * Learning from the folders' names; accuracy is computed over the pictures that are never
   * labelled.
   *
   * @param share of the pictures that are labelled, in 0..1
   * @param seed for which ones
   */
  public static Learning fromFolder(FolderStream folder, double share, long seed) {
    InstantSource clock = InstantSource.system();
    return new Learning(
        Story.none(),
        new Inspector(new InspectorSettings(share, DELAY, seed), clock),
        scene -> {},
        new Lesson(folder.size(), clock));
  }

  /** No labels and no changes; versions are still announced. */
  public static Learning none() {
    InspectorSettings settings = new InspectorSettings(0, DELAY, 0);
    return new Learning(Story.none(), new Inspector(settings, InstantSource.system()), scene -> {});
  }

  /**
   * The current state.
   *
   * @param recent the last answers whose truth is known
   * @param version the last one that answered; empty if none did
   * @param feedback how many labels were sent back
   */
  record Live(Share recent, String version, long feedback) {}

  /** Starts the story. */
  Optional<News> begin() {
    if (lesson != null) {
      return Optional.of(
          new News.Told(
              "There is no model yet. Some of the pictures are labelled with the names of their"
                  + " folders."));
    }
    return story.over() ? Optional.empty() : Optional.of(new News.Entered(story.phase()));
  }

  /** Handles a picture's first prediction. */
  Optional<News> answered(Prediction prediction, Tally.Arrival.Answered picture, long now) {
    version = prediction.modelVersion();
    String truth = picture.truth();
    if (truth == null) {
      return Optional.empty();
    }
    boolean right = truth.equals(prediction.label());
    if (lesson != null) {
      lesson.answered();
      teach(prediction, truth, right, now);
      return Optional.empty();
    }
    judge(prediction, right);
    inspector.sees(prediction.imageId(), truth, now);
    // A picture in transit while the scene changed says nothing about the new one.
    return story.phase().scene().equals(picture.scene())
        ? told(
            new Story.BeltAnswer(version, versions.labels(version), right, inspector.said()), now)
        : Optional.empty();
  }

  /** Pictures come round repeatedly: labelled ones say nothing about the others. */
  private void teach(Prediction prediction, String truth, boolean right, long now) {
    String id = prediction.imageId();
    String file = FolderStream.file(id);
    if (!inspector.picks(file)) {
      judge(prediction, right);
    } else if (id.equals(file)) {
      inspector.sees(id, truth, now);
    }
  }

  private void judge(Prediction prediction, boolean right) {
    versions.answered(version, right, prediction.label() == null ? 0 : prediction.confidence());
    live.add(right);
  }

  /** Handles a picture that became a dead letter. */
  void rejected() {
    if (lesson != null) {
      lesson.answered();
    }
  }

  /** The command to send to the service now. */
  Optional<Command> command() {
    return lesson == null ? Optional.empty() : lesson.command(inspector);
  }

  /** Handles an answer to a command. */
  Optional<News> heard(Command.Answer answer) {
    return lesson == null
        ? Optional.empty()
        : lesson.heard(answer, !versions.labels(version).isEmpty());
  }

  private Optional<News> told(Story.BeltAnswer answer, long now) {
    Phase before = story.phase();
    story.answered(answer, now);
    if (story.phase() == before) {
      return Optional.empty();
    }
    stage.accept(story.phase().scene());
    return Optional.of(new News.Entered(story.phase()));
  }

  /**
   * Handles a record of the {@code models} topic.
   *
   * @throws IOException if this program does not know the record
   */
  Optional<News> published(byte[] key, byte @Nullable [] value) throws IOException {
    return versions.read(key, value);
  }

  /** Checks the clock. */
  Optional<News> tick(long now) {
    return story.failed(now)
        ? Optional.of(new News.FailedTraining(story.faults().get(story.faults().size() - 1)))
        : Optional.empty();
  }

  /** The inspector's feedback that is due now. */
  List<Feedback> feedback(long now) {
    return inspector.says(now);
  }

  /** Whether everything has happened, or something did not happen in time. */
  boolean over() {
    return lesson == null ? story.over() : lesson.over();
  }

  Live live() {
    return new Live(live.share(), version, inspector.said());
  }

  LearningReport report() {
    return new LearningReport(
        version,
        story.changes(),
        versions.rows(),
        inspector.said(),
        lesson == null ? story.faults() : lesson.faults());
  }
}
