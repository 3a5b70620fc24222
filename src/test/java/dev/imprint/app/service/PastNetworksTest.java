package dev.imprint.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PastNetworksTest {
  @TempDir private Path data;

  @Test
  void shouldRemoveThePicturesOfACommandThatWasKilled() throws IOException {
    Path picture = picture();

    PastNetworks.clean(data);

    assertThat(picture).doesNotExist();
  }

  @Test
  void shouldLeaveThePicturesOfACommandThatRuns() throws IOException {
    Path picture = picture();

    try (DataDirectory running = DataDirectory.open(data.resolve("reproduce"))) {
      PastNetworks.clean(data);
    }

    assertThat(picture).exists();
  }

  private Path picture() throws IOException {
    Path folder = Files.createDirectories(data.resolve("reproduce/tuning/pictures"));
    return Files.write(folder.resolve("0a"), new byte[] {1});
  }
}
