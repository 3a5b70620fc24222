package dev.imprint.broker;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.utils.Utils;

/**
 * A broker that can be made to hang, as by SIGSTOP: its clients keep their connections, and may
 * open others, but get no answer. They reach it by way of a listener that passes bytes on.
 */
public final class HangingBroker implements AutoCloseable {
  private final List<Closeable> open = new CopyOnWriteArrayList<>();
  private final ServerSocket listener;
  private final EmbeddedBroker broker;
  private boolean hangs; // guarded by this

  public HangingBroker(Path data) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    open.add(listener);
    broker = EmbeddedBroker.start(data, 0, Map.of("advertised.listeners", address("PLAINTEXT://")));
    start(this::accept);
  }

  private String address(String scheme) {
    return scheme + "127.0.0.1:" + listener.getLocalPort();
  }

  public String bootstrapServers() {
    return address("");
  }

  /** From now on nothing is passed on, or it is again. */
  public synchronized void hang(boolean whether) {
    hangs = whether;
    notifyAll();
  }

  private synchronized void awaitLife() throws InterruptedException {
    while (hangs) {
      wait();
    }
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      open.add(client);
      int port = Integer.parseInt(broker.bootstrapServers().split(":", -1)[1]);
      Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
      open.add(server);
      start(() -> pass(client, server));
      start(() -> pass(server, client));
    }
  }

  private void pass(Socket from, Socket to) throws IOException, InterruptedException {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] some = new byte[1 << 16];
      for (int length = in.read(some); length >= 0; length = in.read(some)) {
        awaitLife();
        out.write(some, 0, length);
      }
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Ends with an exception, when a socket is closed. */
  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // one side has closed
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "passing");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    hang(false);
    broker.close();
    open.forEach(each -> Utils.closeQuietly(each, "a socket"));
  }
}
