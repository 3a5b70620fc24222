package dev.imprint.tensorflow.tuning;

import dev.imprint.tensorflow.head.Optimizer;
import dev.imprint.tensorflow.head.OptimizerOps;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
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
  private final Ops tf;
  private final Placeholder<TFloat32> rate;
  private final OptimizerOps optimizer;
  private final List<Operand<TFloat32>> gradients;
  private final List<Op> updates = new ArrayList<>();

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
    rate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    optimizer = new OptimizerOps(tf, Optimizer.ADAMW, 0);
    gradients =
        OptimizerOps.gradients(
            graph,
            loss,
            parameters.stream().map(Parameter::variable).toList(),
            parameters.stream().map(Parameter::name).toList());
    Operand<TFloat32> scale = scale(clipNorm);
    // A weight must not change before all gradients, which depend on it, are known.
    Ops after = tf.withControlDependencies(new ArrayList<Op>(gradients));
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      updates.add(
          optimizer.step(
              after,
              parameter.variable(),
              tf.math.mul(gradients.get(i), scale),
              tf.math.mul(rate, tf.constant(parameter.factor())),
              parameter.decay()));
    }
  }

  /** The factor that clips the gradients' global norm. */
  private Operand<TFloat32> scale(float clipNorm) {
    List<Operand<TFloat32>> squares = new ArrayList<>();
    gradients.forEach(gradient -> squares.add(tf.nn.l2Loss(gradient)));
    Operand<TFloat32> norm = tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.math.addN(squares)));
    Operand<TFloat32> most = tf.constant(clipNorm);
    return tf.math.div(most, tf.math.maximum(norm, most));
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
    List<Tensor> tensors = new ArrayList<>(optimizer.feed(runner));
    TFloat32 now = TFloat32.scalarOf(learningRate);
    tensors.add(now);
    runner.feed(rate, now);
    updates.forEach(runner::addTarget);
    return new TopGraph.Feed(tensors);
  }
}
