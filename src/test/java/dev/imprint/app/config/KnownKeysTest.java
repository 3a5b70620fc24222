package dev.imprint.app.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownKeysTest {
  @TempDir private Path dir;

  @Test
  void shouldSayWhatReplacedASetting() throws IOException {
    Path file = Files.writeString(dir.resolve("imprint.yaml"), "learning:\n  workers: 2\n");

    assertThatThrownBy(
            () ->
                KnownKeys.check(
                    YamlFile.read(file),
                    ConfigReader.tree(ImprintConfig.DEFAULTS),
                    JsonPointer.compile("/kafka"),
                    Map.of("learning.workers", "use learning.threads")))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(":2:3: learning.workers no longer exists: use learning.threads");
  }
}
