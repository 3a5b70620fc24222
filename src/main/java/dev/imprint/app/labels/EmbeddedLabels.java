package dev.imprint.app.labels;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.labels.LabelsOptions.ServiceLabels;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.buffer.EmbeddedBuffer;
import dev.imprint.buffer.Example;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.terminal.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** Labelled pictures with their embeddings, which a command computes here. */
final class EmbeddedLabels {
  private EmbeddedLabels() {}

  /** Under their current labels, without retired ones; with a bar on {@code err}. */
  static List<Example> read(
      ImprintConfig config, ServiceLabels labels, Backbone backbone, PrintWriter err)
      throws IOException, InterruptedException {
    TopicSetup.require(config, labels.topics().pictures());
    int all = labels.set().labels().size();
    try (Progress progress = Progress.open("Embedding", all, err)) {
      int[] done = {0};
      return EmbeddedBuffer.read(
              labels.clients(),
              labels.topics(),
              config.buffer(),
              backbone,
              left -> {
                for (; done[0] < all - left; done[0]++) {
                  progress.step();
                }
              })
          .under(labels.models().labelChanges())
          .examples();
    }
  }
}
