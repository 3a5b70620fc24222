package dev.imprint.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpCheckTest {
  private static final String HASH = "$2a$12$" + "h".repeat(53);

  @TempDir private Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "host: 127.0.0.1                          | -",
        "host: 0.0.0.0                            | the page is off: http.host is 0.0.0.0",
        "{host: 0.0.0.0, auth: none}              | anyone who reaches 0.0.0.0:8080 may teach",
        "{host: 0.0.0.0, users: [USER]}           | passwords travel unencrypted",
        "{host: 127.0.0.1, users: [USER]}         | -",
        "{users: [USER], session_key_file: /no}   | http.session_key_file is /no: it cannot be read",
        "{tls: {certificate: /no, key: /no}}      | http.tls.certificate is /no: it cannot be read",
      })
  void shouldSayHowWellThePageIsProtectedWithoutSecrets(String http, String says)
      throws IOException {
    String user = "{name: ada, role: look, password: \"%s\"}".formatted(HASH);
    String yaml = http.startsWith("{") ? "http: " + http : "http:\n  " + http;
    Path file = Files.writeString(dir.resolve("my.yaml"), yaml.replace("USER", user));
    List<Finding> findings = new ArrayList<>();

    new HttpCheck(new ConfigReader(name -> null).read(file, Map.of()).http(), findings).run();

    if (says == null) {
      assertThat(findings).isEmpty();
    } else {
      assertThat(findings).singleElement().asString().contains(says).doesNotContain("hhh");
    }
  }
}
