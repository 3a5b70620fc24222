package dev.imprint.web.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.InvalidSettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsIdentityTest {
  private static final Instant NOW = Instant.now().plusSeconds(60);

  @TempDir private static Path dir;
  private static TlsConfig good;

  @BeforeAll
  static void make() throws Exception {
    good = PemFiles.make(dir, "good", "-keyalg", "EC", "-validity", "2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void shouldReadKeysOfEachKind(String algorithm) throws Exception {
    TlsConfig config = PemFiles.make(dir, algorithm, "-keyalg", algorithm);

    assertThat(TlsIdentity.read(config, NOW).chain()).hasSize(1);
  }

  @Test
  void shouldReadTheCertificatesUpToTheRoot() throws Exception {
    Path both =
        Files.writeString(
            dir.resolve("chain.pem"),
            Files.readString(good.certificate()) + Files.readString(good.certificate()));

    assertThat(TlsIdentity.read(new TlsConfig(both, good.key()), NOW).chain()).hasSize(2);
  }

  @Test
  void shouldRefuseACertificateThatHasExpiredOrIsNotValidYet() {
    assertRefused(
        good, NOW.plus(Duration.ofDays(3)), "http.tls.certificate is ", "it expired on ", "renew");
    assertRefused(
        good, NOW.minus(Duration.ofDays(1)), "it is not valid before ", "this machine's clock");
  }

  @Test
  void shouldRefuseTheKeyOfAnotherCertificate() throws Exception {
    TlsConfig other = PemFiles.make(dir, "other", "-keyalg", "EC");
    TlsConfig rsa = PemFiles.make(dir, "rsa", "-keyalg", "RSA");
    String problem = "it is not the key of the certificate in " + good.certificate();

    assertRefused(new TlsConfig(good.certificate(), other.key()), NOW, "http.tls.key is", problem);
    assertRefused(new TlsConfig(good.certificate(), rsa.key()), NOW, "http.tls.key is", problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
  void shouldSayHowToConvertAKeyOfAnotherForm(String label) throws Exception {
    Path key = PemFiles.write(dir.resolve("form.key"), label, new byte[100]);

    assertRefused(
        new TlsConfig(good.certificate(), key), NOW, "openssl pkcs8 -topk8 -nocrypt -in " + key);
  }

  @Test
  void shouldNameTheFileThatIsMissingOrSomethingElse() throws Exception {
    Path text = Files.writeString(dir.resolve("text"), "secret text");

    assertRefused(new TlsConfig(text, good.key()), NOW, "certificate is", "it has no certificate");
    assertRefused(new TlsConfig(good.certificate(), text), NOW, "key is", "it has no private key");
    assertRefused(
        new TlsConfig(dir.resolve("no"), good.key()),
        NOW,
        "http.tls.certificate",
        "cannot be read");
  }

  private static void assertRefused(TlsConfig config, Instant now, String... says) {
    assertThatThrownBy(() -> TlsIdentity.read(config, now))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll(says)
        .hasMessageNotContaining("secret text");
  }
}
