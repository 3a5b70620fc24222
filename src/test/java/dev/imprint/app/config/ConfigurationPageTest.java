package dev.imprint.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
  @Test
  void shouldBeAsTheRecordsAndTheReferenceFileSay() throws IOException {
    String page = new ConfigurationPage(Path.of("config/imprint.yaml")).write();

    Path fresh = Files.writeString(Path.of("target/configuration.md"), page);
    assertThat(Path.of("docs/configuration.md"))
        .as("a setting has changed: cp %s docs/configuration.md", fresh)
        .hasContent(page);
  }
}
