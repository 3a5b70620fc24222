package dev.imprint.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no such rights")
class DataDirectoryTest {
  @TempDir private Path dir;

  @Test
  void shouldMakeADirectoryThatItsOwnerAloneReads() throws IOException {
    Path data = dir.resolve("new");

    DataDirectory.open(data).close();

    assertThat(rights(data)).isEqualTo("rwx------");
  }

  @Test
  void shouldCloseADirectoryThatOthersRead() throws IOException {
    Path data =
        Files.createDirectory(
            dir.resolve("old"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));

    DataDirectory.open(data).close();

    assertThat(rights(data)).isEqualTo("rwx------");
  }

  private static String rights(Path directory) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
  }
}
