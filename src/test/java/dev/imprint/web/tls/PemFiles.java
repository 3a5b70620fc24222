package dev.imprint.web.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Makes certificates with the JDK's keytool. */
public final class PemFiles {
  private static final String PASSWORD = "changeit";

  private PemFiles() {}

  /**
   * A certificate of its own issuer, and its key, in two new files.
   *
   * @param options of keytool, in addition
   */
  public static TlsConfig make(Path dir, String name, String... options) throws Exception {
    Path store = dir.resolve(name + ".p12");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", "it", "-dname", "CN=" + name));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", store.toString()));
    command.addAll(List.of(options));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
    if (keytool.waitFor() != 0) {
      throw new IOException(said);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    byte[] key = keys.getKey("it", PASSWORD.toCharArray()).getEncoded();
    return new TlsConfig(
        write(dir.resolve(name + ".pem"), "CERTIFICATE", keys.getCertificate("it").getEncoded()),
        write(dir.resolve(name + ".key"), "PRIVATE KEY", key));
  }

  static Path write(Path file, String label, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(label, text));
  }
}
