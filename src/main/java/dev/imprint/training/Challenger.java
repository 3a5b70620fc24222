package dev.imprint.training;

import dev.imprint.model.Calibration;
import dev.imprint.tensorflow.head.HeadTrainer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A new head, with answers to the examples that it is judged on, none by a head that has learned
 * from its example.
 *
 * @param answers by image id; without examples for which there is no such answer
 * @param temperature that its logits were divided by
 */
record Challenger(
    HeadTrainer.Trained trained,
    List<Example> judged,
    Map<String, Answer> answers,
    double temperature) {

  static Challenger of(HeadTrainer.Trained trained, Selection selection) {
    Map<String, Learned> learned =
        selection.examples().stream()
            .collect(Collectors.toMap(Example::sha256, Learned::of, (one, other) -> one));
    UnseenAnswers unseen = new UnseenAnswers(trained.head(), trained.folds(), learned);
    Map<String, Answer> answers = new HashMap<>();
    List<Example> judged = new ArrayList<>();
    for (Example example : selection.judged()) {
      Answer answer = unseen.of(example);
      if (answer != null) {
        answers.put(example.imageId(), answer);
        judged.add(example);
      }
    }
    return new Challenger(trained, judged, answers, 1);
  }

  /** The mean negative log-likelihood of the true labels; 0 is best. */
  double loss() {
    return known().stream()
        .mapToDouble(
            e ->
                -Math.log(
                    Math.max(
                        Temperature.SMALLEST,
                        answer(e).probabilities()[answer(e).labels().indexOf(e.label())])))
        .average()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Those whose label the answering head knows. */
  private List<Example> known() {
    return judged.stream().filter(e -> answer(e).labels().contains(e.label())).toList();
  }

  private boolean isRight(Example example) {
    return answer(example).label().equals(example.label());
  }

  private Answer answer(Example example) {
    return Objects.requireNonNull(answers.get(example.imageId()));
  }

  /** The same at the temperature that makes the true labels most likely. */
  Challenger calibrated() {
    List<Example> known = known();
    double best =
        Temperature.of(
            known.stream().map(this::answer).toList(), known.stream().map(Example::label).toList());
    if (best == 1) {
      return this;
    }
    Map<String, Answer> at = new HashMap<>();
    answers.forEach((id, answer) -> at.put(id, answer.at(best)));
    return new Challenger(trained.dividedBy(best), judged, at, best);
  }

  Calibration calibration() {
    Reliability reliability = new Reliability();
    judged.forEach(e -> reliability.add(answer(e).confidence(), isRight(e)));
    return reliability.result(temperature);
  }
}
