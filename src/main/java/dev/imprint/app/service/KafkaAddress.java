package dev.imprint.app.service;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.utils.Utils;

/**
 * Diagnoses a wrong Kafka address. Kafka's clients report every problem as a timeout, and take the
 * first word of a web server's answer for a length and fill the heap. So each address is first sent
 * a request that every Kafka answers to anyone: which API versions it supports.
 */
public record KafkaAddress(KafkaConfig config) {
  private static final int PATIENCE_MS = 2_000;

  /** Kafka's answer begins with its length, a few hundred bytes; text reads as a larger number. */
  private static final int MOST_BYTES = 1 << 16;

  /** First byte of a TLS server's answer to a request without TLS: an alert. */
  private static final int TLS_ALERT = 0x15;

  private static final String NAME_ANOTHER =
      "name another address with --bootstrap-server or kafka.bootstrap_servers";

  private static final String SET_PROTOCOL =
      "set security.protocol to %s in kafka.properties, or in a file for --command-config";

  /** The kind of server at an address. */
  private enum Found {
    KAFKA,
    OTHER,
    TLS,
    NO_SUCH_HOST,
    NOBODY,
    CLOSED,
    SILENCE
  }

  /**
   * Opens an admin client.
   *
   * @throws CommandFailedException if there cannot be a Kafka as configured at the address
   */
  public static Admin admin(ImprintConfig config) {
    Clients clients = new Clients(config.kafka());
    new KafkaAddress(config.kafka()).requirePossible();
    return clients.admin();
  }

  private void requirePossible() {
    List<Found> found = found(!isTls()).distinct().toList();
    if (found.contains(Found.OTHER)) {
      throw failure("the server there is not Kafka, perhaps a web server; " + NAME_ANOTHER);
    }
    if (found.contains(Found.TLS)) {
      throw failure(
          "it requires TLS, but security.protocol is %s; ".formatted(protocol())
              + SET_PROTOCOL.formatted("SSL or SASL_SSL"));
    }
    if (found.equals(List.of(Found.NO_SUCH_HOST))) {
      throw failure("unknown host; correct its name, or " + NAME_ANOTHER);
    }
  }

  /** The failure to report after a client has timed out. */
  CommandFailedException silence() {
    List<Found> found = found(true).distinct().toList();
    if (found.contains(Found.KAFKA)) {
      return failure(
          isTls()
              ? "it does not use TLS, but security.protocol is %s; ".formatted(protocol())
                  + SET_PROTOCOL.formatted("PLAINTEXT or SASL_PLAINTEXT")
              : ("Kafka is there, but closes the connection or redirects clients to an address"
                      + " that cannot be reached; if it requires a password (security.protocol"
                      + " is %s), "
                      + SET_PROTOCOL.formatted(
                          "SASL_PLAINTEXT with sasl.mechanism and" + " sasl.jaas.config")
                      + "; otherwise correct the brokers' advertised.listeners")
                  .formatted(protocol()));
    }
    if (found.contains(Found.CLOSED)) {
      return failure(
          "it closes the connection, so it requires TLS or is not Kafka; "
              + SET_PROTOCOL.formatted("SSL or SASL_SSL")
              + ", or "
              + NAME_ANOTHER);
    }
    return failure(
        "%s; start it, or "
                .formatted(
                    found.equals(List.of(Found.NOBODY))
                        ? "connection refused"
                        : "it does not answer")
            + NAME_ANOTHER);
  }

  CommandFailedException failure(String what) {
    return new CommandFailedException(
        "Kafka at %s: %s".formatted(config.bootstrapServers().strip(), what));
  }

  /**
   * @param ask whether to send anything
   */
  private Stream<Found> found(boolean ask) {
    return Stream.of(config.bootstrapServers().strip().split("\\s*,\\s*"))
        .map(address -> find(Utils.getHost(address), Utils.getPort(address), ask));
  }

  private static Found find(String host, int port, boolean ask) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      return Found.NO_SUCH_HOST;
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MS);
      return ask ? ask(socket) : Found.SILENCE;
    } catch (SocketTimeoutException e) {
      return Found.SILENCE;
    } catch (IOException e) {
      return Found.NOBODY;
    }
  }

  private static Found ask(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MS);
    RequestHeader header = new RequestHeader(ApiKeys.API_VERSIONS, (short) 0, "imprint", 0);
    ByteBuffer request =
        new ApiVersionsRequest.Builder().build((short) 0).serializeWithHeader(header);
    try {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(request.remaining());
      out.write(request.array(), request.arrayOffset() + request.position(), request.remaining());
      int first = first(socket, out);
      if (first > 0 && first <= MOST_BYTES) {
        return Found.KAFKA;
      }
      return first >>> 24 == TLS_ALERT ? Found.TLS : Found.OTHER;
    } catch (SocketTimeoutException e) {
      return Found.SILENCE;
    } catch (IOException e) {
      return Found.CLOSED;
    }
  }

  /**
   * The answer's first word. A web server may wait for the end of a line, which Kafka never does.
   */
  private static int first(Socket socket, DataOutputStream out) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    try {
      return in.readInt();
    } catch (SocketTimeoutException e) {
      out.writeBytes("\r\n\r\n");
      return in.readInt();
    }
  }

  private String protocol() {
    return config
        .properties()
        .getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT");
  }

  private boolean isTls() {
    return protocol().endsWith("SSL");
  }
}
