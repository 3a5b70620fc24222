package dev.imprint.tensorflow.tuning;

import dev.imprint.augmentation.Recipe;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.View;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the frozen part of a network once for each view. For a single use.
 *
 * <p>Decoding and the network take turns: TensorFlow has all cores in either.
 */
final class FrozenPass {
  private static final Logger LOG = LoggerFactory.getLogger(FrozenPass.class);

  /** Views that go through the network together. */
  private static final int BATCH = 16;

  private final FrozenPart frozen;
  private final ImageDecoder decoder;
  private final ActivationFile file;
  private final TuningProgress.Listener progress;
  private final long all;
  private final List<ViewedExamples.View> views = new ArrayList<>();
  private final List<Pixels> waiting = new ArrayList<>();
  private int leftOut;

  /**
   * @param all views, for progress
   */
  FrozenPass(
      FrozenPart frozen,
      ImageDecoder decoder,
      ActivationFile file,
      long all,
      TuningProgress.Listener progress) {
    this.frozen = frozen;
    this.decoder = decoder;
    this.file = file;
    this.all = all;
    this.progress = progress;
  }

  /**
   * @param recipe of the views to learn from, beside the pictures themselves
   * @return the views of the pictures that could be read
   */
  ViewedExamples run(List<TuningExample> examples, Recipe recipe)
      throws IOException, InterruptedException {
    for (TuningExample example : examples) {
      if (Thread.interrupted()) {
        throw new InterruptedException("fine-tuning was stopped");
      }
      try {
        Pixels original = decoder.decode(Files.readAllBytes(example.picture()));
        add(example, View.ORIGINAL, original);
        if (!example.validation()) {
          for (View view : recipe.views(example.sha256(), recipe.augmentation().views())) {
            add(example, view, view.of(original));
          }
        }
      } catch (RejectedException e) {
        leftOut++;
        LOG.warn("Leaving out {}: {}", example.picture(), e.getMessage());
      }
    }
    flush();
    return new ViewedExamples(file, views);
  }

  private void add(TuningExample example, View view, Pixels pixels) throws IOException {
    views.add(
        new ViewedExamples.View(example.label(), example.validation(), view == View.ORIGINAL));
    waiting.add(pixels);
    if (waiting.size() == BATCH) {
      flush();
    }
  }

  private void flush() throws IOException {
    if (waiting.isEmpty()) {
      return;
    }
    for (byte[] record : frozen.run(waiting)) {
      file.append(record);
    }
    waiting.clear();
    progress.progress(TuningProgress.of(TuningProgress.Phase.ACTIVATIONS, file.size(), all));
  }

  int leftOut() {
    return leftOut;
  }
}
