package dev.imprint.tensorflow.head;

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

/** The ops of an optimizer's steps in a graph. For one session, whose thread calls it. */
public final class OptimizerOps {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float RHO = 0.9f;
  private static final float EPSILON = 1e-7f;

  private final Ops tf;
  private final Optimizer optimizer;
  private final float momentum;
  private final Placeholder<TFloat32> beta1Power;
  private final Placeholder<TFloat32> beta2Power;
  private double steps;

  /**
   * @param momentum of RMSprop and SGD
   */
  public OptimizerOps(Ops tf, Optimizer optimizer, float momentum) {
    this.tf = tf;
    this.optimizer = optimizer;
    this.momentum = momentum;
    beta1Power = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    beta2Power = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
  }

  /**
   * Of a loss, by each variable.
   *
   * @param names of the variables, for the message
   * @throws IllegalStateException if the loss does not depend on one
   */
  @SuppressWarnings("unchecked") // a float32's gradient is a float32
  public static List<Operand<TFloat32>> gradients(
      Graph graph, Operand<TFloat32> loss, List<Variable<TFloat32>> variables, List<String> names) {
    Output<?>[] found =
        graph.addGradients(
            loss.asOutput(), variables.stream().map(Operand::asOutput).toArray(Output[]::new));
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null) {
        throw new IllegalStateException(
            "%s has no gradient: no embedding depends on it in a way that can be derived"
                .formatted(names.get(i)));
      }
      gradients.add((Output<TFloat32>) found[i]);
    }
    return gradients;
  }

  /**
   * Adds a variable's step.
   *
   * @param after what must have been computed before the variable may change
   * @param rate learning rate
   * @param decay by which it shrinks beside the step, times the learning rate
   * @return to be run with {@link #feed}
   */
  public Op step(
      Ops after,
      Variable<TFloat32> variable,
      Operand<TFloat32> gradient,
      Operand<TFloat32> rate,
      float decay) {
    Ops last = after;
    if (decay > 0) {
      Operand<TFloat32> loss = after.math.mul(variable, after.math.mul(rate, tf.constant(decay)));
      last = tf.withControlDependencies(List.<Op>of(after.assignSub(variable, loss)));
    }
    return switch (optimizer) {
      case ADAM, ADAMW ->
          last.train.applyAdam(
              variable,
              zeros(variable),
              zeros(variable),
              beta1Power,
              beta2Power,
              rate,
              tf.constant(BETA1),
              tf.constant(BETA2),
              tf.constant(EPSILON),
              gradient);
      case RMSPROP ->
          last.train.applyRmsProp(
              variable,
              zeros(variable),
              zeros(variable),
              rate,
              tf.constant(RHO),
              tf.constant(momentum),
              tf.constant(EPSILON),
              gradient);
      case SGD ->
          last.train.applyMomentum(
              variable, zeros(variable), rate, gradient, tf.constant(momentum));
    };
  }

  private Variable<TFloat32> zeros(Variable<TFloat32> like) {
    return tf.variable(tf.zeros(tf.constant(like.shape().asArray()), TFloat32.class));
  }

  /**
   * Makes a run the next step.
   *
   * @return the tensors fed, which the caller must close after the run
   */
  public List<Tensor> feed(Session.Runner runner) {
    steps++;
    TFloat32 power1 = TFloat32.scalarOf((float) Math.pow(BETA1, steps));
    TFloat32 power2 = TFloat32.scalarOf((float) Math.pow(BETA2, steps));
    runner.feed(beta1Power, power1).feed(beta2Power, power2);
    return List.of(power1, power2);
  }
}
