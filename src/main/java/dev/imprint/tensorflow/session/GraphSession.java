package dev.imprint.tensorflow.session;

import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;

/**
 * A graph and the one session that runs it. Built by one thread, then safe for use by several at
 * once; {@link #close} waits for runs under way, and later ones fail. Its owner closes it.
 */
public final class GraphSession implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session;
  private volatile boolean closed;

  /** An empty graph. */
  public GraphSession(ConfigProto config) {
    try {
      session = new Session(graph, config);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** To add to while no run is under way. */
  public Graph graph() {
    return graph;
  }

  /** What adds to {@link #graph}. */
  public Ops ops() {
    return Ops.create(graph);
  }

  /**
   * @throws IllegalStateException once it is closed
   */
  public Session.Runner runner() {
    // The session's own close() would wait for ever if callers kept starting runs.
    if (closed) {
      throw new IllegalStateException("the TensorFlow session is closed");
    }
    return session.runner();
  }

  @Override
  public void close() {
    closed = true;
    session.close();
    graph.close();
  }
}
