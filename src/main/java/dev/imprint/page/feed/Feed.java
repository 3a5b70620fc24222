package dev.imprint.page.feed;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a view's loop in one thread that exists only while browsers follow it. Thread-safe; the
 * creator must close it.
 *
 * @param <W> a browser that follows
 */
public final class Feed<W> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  private final String name;
  private final Function<Queue<W>, FeedLoop> loops;
  private final Consumer<W> turnAway;
  private final Queue<W> arriving = new ConcurrentLinkedQueue<>();
  private final OneThread thread;
  private volatile boolean closed;

  /**
   * @param name of the thread
   * @param loops opens a loop, which takes the browsers that arrive from this queue
   * @param turnAway called with those that arrived while a loop failed; they connect again
   */
  public Feed(String name, Function<Queue<W>, FeedLoop> loops, Consumer<W> turnAway) {
    this.name = name;
    this.loops = loops;
    this.turnAway = turnAway;
    this.thread = new OneThread(name);
  }

  public synchronized void add(W browser) {
    arriving.add(browser);
    thread.start(this::run);
  }

  private void run() {
    FeedLoop loop = loops.apply(arriving);
    boolean goesOn = true;
    try {
      while (goesOn && !closed) {
        goesOn = loop.tick() || !ends();
      }
    } catch (RuntimeException e) {
      if (closed) {
        LOG.debug("{} was interrupted", name, e);
      } else {
        LOG.warn("{} stopped; browsers connect again", name, e);
      }
    } finally {
      loop.close();
      if (goesOn) {
        stopped();
      }
    }
  }

  /** Whether nobody has come in the meantime: then the next browser starts another thread. */
  private synchronized boolean ends() {
    if (arriving.isEmpty()) {
      thread.ended();
    }
    return arriving.isEmpty();
  }

  /** After a failure, those who have just come connect again, too. */
  private synchronized void stopped() {
    thread.ended();
    arriving.forEach(turnAway);
    arriving.clear();
  }

  @Override
  public void close() {
    closed = true;
    thread.close();
  }
}
