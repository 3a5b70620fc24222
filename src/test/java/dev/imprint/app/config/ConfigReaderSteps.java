package dev.imprint.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Reads settings from a file, with two variables in the environment. */
@SuppressWarnings("NullAway.Init")
class ConfigReaderSteps {
  static final String SECRET = "hunter2-hunter2";

  final ConfigReader reader = new ConfigReader(Map.of("SECRET", SECRET, "PORT", "81")::get);

  @TempDir Path dir;

  ImprintConfig read(String yaml) throws IOException {
    return reader.read(write(yaml), Map.of());
  }

  Path write(String yaml) throws IOException {
    return Files.writeString(dir.resolve("test.yaml"), yaml);
  }
}
