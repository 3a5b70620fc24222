package dev.imprint.page.watch;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.web.api.EventStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the browsers that watch, in one thread that exists only while there are any. If Kafka does
 * not answer, they are told why, and it connects again after a pause. The creator must close it.
 */
public final class WatchFeed implements AutoCloseable {
  private static final long CLOSING_SECONDS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(WatchFeed.class);

  private final Clients clients;
  private final Topics topics;
  private final Supplier<InstanceState> instance;
  private final RandomGenerator random;
  private final Queue<Watcher> arriving = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;
  private @Nullable Thread thread; // guarded by this

  /**
   * @param instance what the service itself knows at the moment
   * @param random draws the sample
   */
  public WatchFeed(
      Clients clients, Topics topics, Supplier<InstanceState> instance, RandomGenerator random) {
    this.clients = clients;
    this.topics = topics;
    this.instance = instance;
    this.random = random;
  }

  /** Sends what is new, and before that the newest of what was there, until the stream ends. */
  synchronized void watch(WatchFilter filter, EventStream stream) {
    arriving.add(new Watcher(filter, stream, random));
    if (thread == null && !closed) {
      thread = new Thread(this::run, "imprint-watch");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run() {
    WatchLoop loop = new WatchLoop(clients, topics, instance, arriving);
    try {
      boolean goesOn = true;
      while (goesOn && !closed) {
        goesOn = loop.tick() || !ends();
      }
    } catch (RuntimeException e) {
      LOG.warn("Stopped showing what is watched; browsers connect again", e);
    } finally {
      loop.close();
      ended();
    }
  }

  /** Whether nobody has come in the meantime: then the next browser starts another thread. */
  private synchronized boolean ends() {
    if (arriving.isEmpty()) {
      thread = null;
    }
    return arriving.isEmpty();
  }

  /** After a failure, those who have just come connect again, too. */
  private synchronized void ended() {
    if (thread == Thread.currentThread()) {
      thread = null;
      arriving.forEach(Watcher::close);
      arriving.clear();
    }
  }

  @Override
  public void close() {
    Thread its;
    synchronized (this) {
      closed = true;
      its = thread;
    }
    if (its != null) {
      its.interrupt();
      try {
        its.join(TimeUnit.SECONDS.toMillis(CLOSING_SECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
