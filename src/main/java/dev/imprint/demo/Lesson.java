package dev.imprint.demo;

import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Teaching from a folder: after the first pictures, the service is asked to train on the labels
 * that it was sent; further pictures show what it has learned. Used by one thread.
 */
final class Lesson {
  /** Trains after this many pictures, or after all of them if there are fewer. */
  static final int PICTURES = 300;

  /** Pictures that show what was learned. */
  private static final int AFTERWARDS = 60;

  private static final String ID = "demo-lesson";
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final int pictures;
  private final InstantSource clock;
  private final List<String> faults = new ArrayList<>();
  private int answers;
  private boolean asked;
  private boolean done;
  private int afterwards;

  /**
   * @param pictures in the folder
   * @param clock for the time in the command
   */
  Lesson(int pictures, InstantSource clock) {
    this.pictures = Math.min(pictures, PICTURES);
    this.clock = clock;
  }

  /** Counts a picture that was answered or rejected. */
  void answered() {
    answers++;
    afterwards += done ? 1 : 0;
  }

  /** The command to send now; returned only once. */
  Optional<Command> command(Inspector inspector) {
    if (asked || answers < pictures || !inspector.isDone()) {
      return Optional.empty();
    }
    asked = true;
    return Optional.of(
        new Command(
            ID,
            Command.Kind.RETRAIN,
            null,
            null,
            false,
            clock.instant(),
            clock.instant().plus(PATIENCE),
            "demo"));
  }

  /**
   * Handles an answer to a command.
   *
   * @param served whether a trained version has already answered
   */
  Optional<News> heard(Answer answer, boolean served) {
    if (done || !answer.command().equals(ID) || answer.state() == Answer.State.RUNNING) {
      return Optional.empty();
    }
    done = true;
    if (answer.state() == Answer.State.DONE || served) {
      return Optional.of(
          new News.Told(
              "The model has learned the labels. The pictures are repeated; accuracy counts"
                  + " those that were never labelled."));
    }
    faults.add("nothing was learned: " + answer.message());
    return Optional.of(
        new News.FailedTraining(
            faults.get(0) + ". Add more pictures of each label, or try --label-share 0.8."));
  }

  /** Whether the result has been shown, or nothing was learned. */
  boolean over() {
    return !faults.isEmpty() || afterwards >= AFTERWARDS;
  }

  List<String> faults() {
    return List.copyOf(faults);
  }
}
