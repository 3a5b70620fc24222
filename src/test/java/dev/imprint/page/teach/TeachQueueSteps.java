package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.Predictions;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.Score;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A queue with pictures and labels, and those who are asked. */
abstract class TeachQueueSteps {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  final TeachQueue queue = new TeachQueue(new AskingRule(new Random(1)));
  final Map<Claim, Embedding> looks = new HashMap<>();
  final Margins margins = new Margins();
  CurrentModel model = new CurrentModel(null, looks);

  List<AskingRule.Choice> next(String session, int count, Instant now) {
    Representatives all = queue.weighing(session, now, model).representatives(model, margins);
    return queue.next(session, count, now, model, all);
  }

  void look(int from, int count, float... numbers) {
    for (int i = from; i < from + count; i++) {
      looks.put(claim(i), Embedding.of(numbers));
    }
  }

  void predict(int from, int count, String label, float margin) {
    for (int i = from; i < from + count; i++) {
      float first = (1 + margin) / 2;
      queue.predicted(
          Predictions.of(
              "image-" + i,
              claim(i),
              NOW,
              NOW,
              new Score(label, first),
              new Score("other", 1 - first)));
    }
  }

  static Claim claim(long offset) {
    return new Claim("images", 0, offset, "0".repeat(64));
  }

  static Claim claim(AskingRule.Choice choice) {
    return choice.candidate().prediction().claim();
  }

  static Label label(long offset, String label) {
    return new Label(
        "image-" + offset,
        label,
        claim(offset),
        null,
        "page",
        NOW,
        new Claim("feedback", 0, offset, ""));
  }
}
