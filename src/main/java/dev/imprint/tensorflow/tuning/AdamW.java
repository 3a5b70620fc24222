package dev.imprint.tensorflow.tuning;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * AdamW (Loshchilov, Hutter 2019) as Keras computes it: each weight is reduced by its share of the
 * learning rate times the decay, beside the step of Adam, whose gradients are first scaled down
 * together if their norm is too large. For one session, whose thread calls it.
 */
final class AdamW {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-7f;

  private final Ops tf;
  private final Placeholder<TFloat32> rate;
  private final Placeholder<TFloat32> beta1Power;
  private final Placeholder<TFloat32> beta2Power;
  private final List<Operand<TFloat32>> gradients;
  private final List<Op> updates = new ArrayList<>();
  private double steps;

  /**
   * A variable that learns.
   *
   * @param name for messages
   * @param factor of the learning rate
   * @param decay weight decay; 0 for biases and norms
   */
  record Parameter(String name, Variable<TFloat32> variable, float factor, float decay) {}

  /**
   * Adds the ops of a step to the graph.
   *
   * @param clipNorm most of the gradients' norm
   * @throws IllegalStateException if a layer has no gradient
   */
  AdamW(Ops tf, Graph graph, Operand<TFloat32> loss, List<Parameter> parameters, float clipNorm) {
    this.tf = tf;
    rate = scalar();
    beta1Power = scalar();
    beta2Power = scalar();
    gradients = gradients(graph, loss, parameters);
    Operand<TFloat32> scale = scale(clipNorm);
    // A weight must not change before all gradients, which depend on it, are known.
    Ops after = tf.withControlDependencies(new ArrayList<Op>(gradients));
    for (int i = 0; i < parameters.size(); i++) {
      updates.add(update(after, parameters.get(i), tf.math.mul(gradients.get(i), scale)));
    }
  }

  private Placeholder<TFloat32> scalar() {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
  }

  @SuppressWarnings("unchecked") // a float32's gradient is a float32
  private static List<Operand<TFloat32>> gradients(
      Graph graph, Operand<TFloat32> loss, List<Parameter> parameters) {
    Output<?>[] variables =
        parameters.stream().map(p -> p.variable().asOutput()).toArray(Output[]::new);
    Output<?>[] found = graph.addGradients(loss.asOutput(), variables);
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null) {
        throw new IllegalStateException(
            "%s has no gradient: no embedding depends on it in a way that can be derived"
                .formatted(parameters.get(i).name()));
      }
      gradients.add((Output<TFloat32>) found[i]);
    }
    return gradients;
  }

  /** What all gradients are multiplied by. */
  private Operand<TFloat32> scale(float clipNorm) {
    List<Operand<TFloat32>> squares = new ArrayList<>();
    gradients.forEach(gradient -> squares.add(tf.nn.l2Loss(gradient)));
    Operand<TFloat32> norm = tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.math.addN(squares)));
    Operand<TFloat32> most = tf.constant(clipNorm);
    return tf.math.div(most, tf.math.maximum(norm, most));
  }

  private Op update(Ops after, Parameter parameter, Operand<TFloat32> gradient) {
    Variable<TFloat32> variable = parameter.variable();
    Operand<TFloat32> itsRate = tf.math.mul(rate, tf.constant(parameter.factor()));
    Ops last = after;
    if (parameter.decay() > 0) {
      Operand<TFloat32> loss =
          after.math.mul(variable, after.math.mul(itsRate, tf.constant(parameter.decay())));
      last = tf.withControlDependencies(List.<Op>of(after.assignSub(variable, loss)));
    }
    return last.train.applyAdam(
        variable,
        zeros(variable.shape()),
        zeros(variable.shape()),
        beta1Power,
        beta2Power,
        itsRate,
        tf.constant(BETA1),
        tf.constant(BETA2),
        tf.constant(EPSILON),
        gradient);
  }

  private Variable<TFloat32> zeros(Shape shape) {
    return tf.variable(tf.zeros(tf.constant(shape.asArray()), TFloat32.class));
  }

  /** Of the loss, before they are scaled down; in the parameters' order. */
  List<Operand<TFloat32>> gradients() {
    return gradients;
  }

  /**
   * Makes a run a step.
   *
   * @param learningRate for a parameter of factor 1
   * @return open until the run has ended
   */
  TopGraph.Feed step(Session.Runner runner, float learningRate) {
    steps++;
    List<Tensor> tensors =
        List.of(
            TFloat32.scalarOf(learningRate),
            TFloat32.scalarOf((float) Math.pow(BETA1, steps)),
            TFloat32.scalarOf((float) Math.pow(BETA2, steps)));
    runner
        .feed(rate, tensors.get(0))
        .feed(beta1Power, tensors.get(1))
        .feed(beta2Power, tensors.get(2));
    updates.forEach(runner::addTarget);
    return new TopGraph.Feed(tensors);
  }
}
