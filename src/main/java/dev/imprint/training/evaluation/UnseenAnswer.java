package dev.imprint.training.evaluation;

import dev.imprint.buffer.Example;

/** The answer of a head that has not learned from the example. */
public record UnseenAnswer(Example example, LabelProbabilities answer) {
  /** Whether that head knows the example's label. */
  public boolean knowsLabel() {
    return answer.knows(example.label());
  }

  /** The probability of the example's label, which the head knows. */
  public double labelConfidence() {
    return answer.probability(example.label());
  }

  public boolean isRight() {
    return answer.label().equals(example.label());
  }

  public UnseenAnswer at(double temperature) {
    return new UnseenAnswer(example, answer.at(temperature));
  }
}
