package dev.imprint.tensorflow.session;

import java.io.IOException;
import java.nio.file.Path;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;

/**
 * A graph and its only session. Built by one thread, then thread-safe; {@link #close} waits for
 * active runs, and later ones fail. The owner must close it.
 */
public final class GraphSession implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session;
  private volatile boolean closed;

  /** An empty graph. */
  public GraphSession(ConfigProto config) {
    boolean done = false;
    try {
      session = new Session(graph, config);
      done = true;
    } finally {
      if (!done) {
        graph.close();
      }
    }
  }

  /** May be added to while there is no active run. */
  public Graph graph() {
    return graph;
  }

  /** Adds to {@link #graph}. */
  public Ops ops() {
    return Ops.create(graph);
  }

  /**
   * @throws IllegalStateException once it is closed
   */
  public Session.Runner runner() {
    // The session's own close() would wait forever if callers kept starting runs.
    if (closed) {
      throw new IllegalStateException("the TensorFlow session is closed");
    }
    return session.runner();
  }

  /**
   * Writes the graph as a SavedModel.
   *
   * @param folder does not exist yet, or is empty
   */
  public void save(Path folder, Signature signature) throws IOException {
    try {
      SavedModelBundle.exporter(folder.toString())
          .withSession(session)
          .withSignature(signature)
          .export();
    } catch (TensorFlowException e) {
      throw new IOException("TensorFlow cannot write the model: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    closed = true;
    session.close();
    graph.close();
  }
}
