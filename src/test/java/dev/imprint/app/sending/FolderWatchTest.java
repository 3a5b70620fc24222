package dev.imprint.app.sending;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchTest {
  @TempDir private Path folder;

  private static List<String> ids(FolderWatch watch) throws IOException {
    return watch.look().stream().map(ImageFile::id).toList();
  }

  @Test
  void shouldFindEachFileOnceWithinFoldersToo() throws IOException {
    FolderWatch watch = new FolderWatch(List.of(folder), false);
    Files.createDirectories(folder.resolve("nut"));
    Files.write(folder.resolve("nut/1.png"), new byte[] {1});

    assertThat(ids(watch)).isEmpty();
    assertThat(ids(watch)).containsExactly("nut/1.png");
    assertThat(ids(watch)).isEmpty();
  }

  @Test
  void shouldWaitForAFileThatIsStillWritten() throws IOException {
    FolderWatch watch = new FolderWatch(List.of(folder), false);
    Path file = folder.resolve("1.png");
    Files.write(file, new byte[0]);
    for (int i = 0; i < 3; i++) {
      assertThat(ids(watch)).isEmpty();
      Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
    }
    assertThat(ids(watch)).isEmpty();

    assertThat(ids(watch)).containsExactly("1.png");
  }

  @Test
  void shouldFindAFileThatIsRenamedIntoPlaceAndOneThatIsWrittenAnew() throws IOException {
    FolderWatch watch = new FolderWatch(List.of(folder), false);
    Path hidden = Files.write(folder.resolve(".1.png.part"), new byte[] {1});
    ids(watch);
    assertThat(ids(watch)).isEmpty();
    Files.move(hidden, folder.resolve("1.png"));
    ids(watch);
    assertThat(ids(watch)).containsExactly("1.png");

    Files.write(folder.resolve("1.png"), new byte[] {1, 2});
    ids(watch);

    assertThat(ids(watch)).containsExactly("1.png");
  }

  @Test
  void shouldLeaveOutWhatWasThereIfToldSo() throws IOException {
    Files.write(folder.resolve("old.png"), new byte[] {1});
    FolderWatch watch = new FolderWatch(List.of(folder), true);
    Files.write(folder.resolve("new.png"), new byte[] {1});
    ids(watch);

    assertThat(ids(watch)).containsExactly("new.png");
  }
}
