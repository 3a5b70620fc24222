package dev.imprint.web.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imprint.web.HttpConfig;
import dev.imprint.web.HttpServer;
import dev.imprint.web.PageResponse;
import dev.imprint.web.access.AccessConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsServerTest {
  @TempDir private Path dir;
  private TlsConfig config;
  private Path certificate;
  private Path key;

  @BeforeEach
  void make() throws Exception {
    config = PemFiles.make(dir, "here", "-keyalg", "EC");
    certificate = dir.resolve("here.pem");
    key = dir.resolve("here.key");
  }

  @Test
  void shouldSpeakTls13() throws Exception {
    try (HttpServer server = start()) {
      HttpResponse<String> answer = get(server, client(config, "TLSv1.3"));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void shouldSpeakTls12ButNothingOlder() throws Exception {
    try (HttpServer server = start()) {
      assertThat(get(server, client(config, "TLSv1.2")).statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> get(server, client(config, "TLSv1.1")))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldNotBeTakenForAServerWithAnotherCertificate() throws Exception {
    TlsConfig other = PemFiles.make(dir, "other", "-keyalg", "EC");
    try (HttpServer server = start()) {
      assertThatThrownBy(() -> get(server, client(other, "TLSv1.3")))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void shouldTakeARenewedCertificateAndKeepTheOldOneIfTheNewOneIsBad() throws Exception {
    TlsFiles files = new TlsFiles(config, Clock.systemUTC());
    files.factory().start();
    try {
      Files.writeString(certificate, "half a file");
      touch(certificate, 1);
      files.look();
      assertThat(subject(files)).isEqualTo("CN=here");

      PemFiles.make(dir, "renewed", "-keyalg", "EC");
      move(dir.resolve("renewed.pem"), certificate);
      move(dir.resolve("renewed.key"), key);
      touch(certificate, 2);
      files.look();
      assertThat(subject(files)).isEqualTo("CN=renewed");
    } finally {
      files.factory().stop();
    }
  }

  @Test
  void shouldKeepAConnectionThatAsksAgainAndAgain() throws Exception {
    try (HttpServer server = start()) {
      HttpClient client = client(config, "TLSv1.3");
      byte[] first = get(server, client).sslSession().orElseThrow().getId();

      await()
          .during(java.time.Duration.ofSeconds(1))
          .until(() -> get(server, client).statusCode() == 200);

      assertThat(get(server, client).sslSession().orElseThrow().getId()).isEqualTo(first);
    }
  }

  private static String subject(TlsFiles files) throws Exception {
    return ((X509Certificate) files.factory().getKeyStore().getCertificate("tls"))
        .getSubjectX500Principal()
        .getName();
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void touch(Path file, int later) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(later)));
  }

  private HttpServer start() throws IOException {
    return HttpServer.start(
        new HttpConfig("127.0.0.1", 0, AccessConfig.DEFAULTS, config),
        Map.of("/probe", request -> new PageResponse(200, HttpFields.EMPTY, new byte[0])));
  }

  private static HttpClient client(TlsConfig trusted, String protocol) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {protocol});
    return HttpClient.newBuilder()
        .sslContext(PinnedCertificate.context(trusted, Instant.now()))
        .sslParameters(parameters)
        .build();
  }

  private static HttpResponse<String> get(HttpServer server, HttpClient client)
      throws IOException, InterruptedException {
    URI address = URI.create("https://127.0.0.1:%d/probe".formatted(server.port()));
    return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
  }
}
