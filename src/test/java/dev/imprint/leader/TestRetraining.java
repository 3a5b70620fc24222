package dev.imprint.leader;

import dev.imprint.leader.trigger.Trigger;
import dev.imprint.model.CheckResult;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.RefusedException;
import dev.imprint.rollout.Versions;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Candidate;
import dev.imprint.training.FineTuneTrainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Trains as a test specifies, without a network; for several leaderships, one after another. */
public final class TestRetraining implements Retraining {
  /** The result of a training. */
  interface Lesson {
    Candidate learn()
        throws TooFewLabelsException, NothingNewException, IOException, InterruptedException;
  }

  /** The version serving at the start of each training; "none" if there was none. */
  final List<String> champions = Collections.synchronizedList(new ArrayList<>());

  final AtomicInteger newLabels = new AtomicInteger();
  final AtomicInteger newToTheNetwork = new AtomicInteger();
  final AtomicInteger learned = new AtomicInteger();
  final AtomicBoolean enough = new AtomicBoolean();
  final AtomicBoolean dropped = new AtomicBoolean();
  final AtomicBoolean changesBackbone = new AtomicBoolean();
  final AtomicInteger closed = new AtomicInteger();
  volatile List<String> initialLabels = List.of("initial-0", "initial-1");
  volatile boolean forced;
  volatile boolean mayFineTune = true;
  volatile boolean fineTuned;
  volatile LabelChanges changes = LabelChanges.NONE;
  volatile Lesson lesson = () -> Versions.candidate(1);
  volatile CheckResult check = CheckResult.UP;
  volatile List<ProducerRecord<byte[], byte[]>> trimming = List.of();

  @Override
  public Trigger.Labels labels() {
    return new Trigger.Labels(newLabels.get(), learned.get(), enough.get());
  }

  @Override
  public int labelsNewToTheNetwork() {
    return newToTheNetwork.get();
  }

  @Override
  public List<String> initialLabels() {
    return initialLabels;
  }

  @Override
  public void relabel(LabelChanges next) {
    changes = next;
  }

  @Override
  public boolean changesBackbone(@Nullable ModelVersion serving) {
    return changesBackbone.get();
  }

  @Override
  public boolean accuracyBelow(List<String> names, double bound, Instant since) {
    return dropped.get();
  }

  @Override
  public void learned(boolean byHeads, boolean byTheNetwork) {
    if (byHeads) {
      learned.addAndGet(newLabels.getAndSet(0));
    }
    if (byTheNetwork) {
      newToTheNetwork.set(0);
    }
  }

  /** For those whose tests do not fine-tune. */
  public static FineTuneTrainer noFineTuning(TrainingConfig config) {
    return new FineTuneTrainer(
        config,
        null,
        ImageLimits.DEFAULT,
        TensorFlowConfig.DEFAULT,
        Path.of("tuning"),
        (request, folder, listener) -> {
          throw new UnsupportedOperationException("nothing is fine-tuned here");
        },
        System::nanoTime);
  }

  @Override
  public Candidate fineTune(@Nullable String champion, Consumer<String> progress)
      throws TooFewLabelsException, RefusedException, IOException, InterruptedException {
    if (!mayFineTune) {
      throw new RefusedException("not allowed");
    }
    fineTuned = true;
    try {
      return train(champion, false, progress);
    } catch (NothingNewException e) {
      throw new IOException(e);
    }
  }

  @Override
  public Candidate train(@Nullable String champion, boolean force, Consumer<String> progress)
      throws TooFewLabelsException, NothingNewException, IOException, InterruptedException {
    champions.add(champion == null ? "none" : champion);
    forced = force;
    progress.accept("first line");
    progress.accept("second line");
    return lesson.learn();
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> trimming() {
    return trimming;
  }

  @Override
  public CheckResult check() {
    return check;
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }
}
