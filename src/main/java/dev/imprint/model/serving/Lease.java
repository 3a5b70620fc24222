package dev.imprint.model.serving;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A {@link Lineup} on loan for one batch: its models stay open until the lease is closed. Closing
 * it again does nothing.
 */
public final class Lease implements AutoCloseable {
  private final Lineup lineup;
  private final Runnable giveBack;
  private final AtomicBoolean closed = new AtomicBoolean();

  Lease(Lineup lineup, Runnable giveBack) {
    this.lineup = lineup;
    this.giveBack = giveBack;
  }

  /** A lease on a model that its owner keeps open. */
  public static Lease of(ServingModel model) {
    return new Lease(Lineup.of(model), () -> {});
  }

  /** The model whose results become the predictions. */
  public ServingModel serving() {
    return lineup.serving();
  }

  /** Including a challenger, if there is one. */
  public Lineup lineup() {
    return lineup;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      giveBack.run();
    }
  }
}
