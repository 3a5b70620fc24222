package dev.imprint.tensorflow.tuning;

import dev.imprint.tensorflow.session.GraphSession;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** Reads and sets some variables of a session. */
final class VariableValues {
  private final GraphSession session;
  private final List<Slot> slots;

  private record Slot(
      Variable<TFloat32> variable, Placeholder<TFloat32> value, Assign<TFloat32> assign) {}

  /** Adds what it needs to the session's graph. */
  VariableValues(GraphSession session, List<Variable<TFloat32>> variables) {
    this.session = session;
    Ops tf = session.ops();
    slots = variables.stream().map(variable -> slot(tf, variable)).toList();
  }

  private static Slot slot(Ops tf, Variable<TFloat32> variable) {
    Placeholder<TFloat32> value =
        tf.placeholder(TFloat32.class, Placeholder.shape(variable.shape()));
    return new Slot(variable, value, tf.assign(variable, value));
  }

  /** Copies, in the variables' order. */
  List<float[]> read() {
    Session.Runner runner = session.runner();
    slots.forEach(slot -> runner.fetch(slot.variable()));
    try (Result result = runner.run()) {
      return values(result);
    }
  }

  /** The numbers of all tensors of a result, each a float32. */
  static List<float[]> values(Result result) {
    List<float[]> all = new ArrayList<>();
    for (int i = 0; i < result.size(); i++) {
      FloatDataBuffer buffer = result.get(i).asRawTensor().data().asFloats();
      float[] values = new float[Math.toIntExact(buffer.size())];
      buffer.read(values);
      all.add(values);
    }
    return all;
  }

  /** Sets all of them. */
  void assign(List<float[]> values) {
    Session.Runner runner = session.runner();
    List<Tensor> tensors = new ArrayList<>();
    try (TopGraph.Feed fed = new TopGraph.Feed(tensors)) {
      for (int i = 0; i < slots.size(); i++) {
        Slot slot = slots.get(i);
        TFloat32 tensor = tensor(slot.variable().shape(), values.get(i));
        tensors.add(tensor);
        runner.feed(slot.value(), tensor).addTarget(slot.assign());
      }
      runner.run().close();
    }
  }

  /** A tensor with these numbers, which the caller must close. */
  static TFloat32 tensor(Shape shape, float[] values) {
    return TFloat32.tensorOf(shape, tensor -> tensor.asRawTensor().data().asFloats().write(values));
  }
}
