package dev.imprint.model.serving;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends the current models, one lease per batch, and closes what a model owns once it has been
 * replaced and the last lease on it has been returned. Counts by head and by network, so what moves
 * from challenger to serving, or from a version to the next, stays open. Thread-safe.
 */
public final class ServingModels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServingModels.class);

  /** Leases on all that is open, plus one if it is in the current lineup. */
  private final Map<AutoCloseable, Integer> uses = new IdentityHashMap<>();

  private @Nullable Lineup current;
  private boolean closed;

  /**
   * Borrows the current lineup, which does not change while the caller holds it.
   *
   * @throws IllegalStateException before there is a lineup, and after {@link #close()}
   */
  public Lease borrow() {
    Lease lease = tryBorrow();
    if (lease == null) {
      throw new IllegalStateException("no model serves");
    }
    return lease;
  }

  /** The same; null if there is no lineup. */
  public synchronized @Nullable Lease tryBorrow() {
    Lineup now = current;
    if (now == null) {
      return null;
    }
    use(now);
    return new Lease(now, () -> release(now));
  }

  /** The serving model, to look at rather than to call; null if there is none. */
  public synchronized @Nullable ServingModel serving() {
    return current == null ? null : current.serving();
  }

  /**
   * Replaces the current lineup for batches that have not begun; takes ownership of the new models.
   */
  public void serve(Lineup next) {
    Lineup retired;
    synchronized (this) {
      use(next);
      retired = closed ? next : current;
      current = closed ? null : next;
    }
    if (retired != null) {
      release(retired);
    }
  }

  /** Retires the current lineup, and any that is still to come. */
  @Override
  public void close() {
    Lineup retired;
    synchronized (this) {
      closed = true;
      retired = current;
      current = null;
    }
    if (retired != null) {
      release(retired);
    }
  }

  private synchronized void use(Lineup lineup) {
    for (AutoCloseable each : lineup.owned()) {
      uses.merge(each, 1, Integer::sum);
    }
  }

  private void release(Lineup lineup) {
    List<AutoCloseable> unused = new ArrayList<>();
    synchronized (this) {
      for (AutoCloseable each : lineup.owned()) {
        if (uses.merge(each, -1, (a, b) -> a + b == 0 ? null : a + b) == null) {
          unused.add(each);
        }
      }
    }
    unused.forEach(ServingModels::close); // outside the lock: native resources take time
  }

  /** A failure to close must fail neither the batch that returns the model nor a swap. */
  private static void close(AutoCloseable unused) {
    try {
      unused.close();
    } catch (Exception e) {
      LOG.warn("Part of a replaced model cannot be closed", e);
    }
  }
}
