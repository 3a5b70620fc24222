package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStreamTest {
  @TempDir private Path folder;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(folder.resolve("cats"));
    Files.write(folder.resolve("cats/tom.JPG"), new byte[] {1});
    Files.write(folder.resolve("a.png"), new byte[] {2});
    Files.write(folder.resolve("notes.txt"), new byte[] {3});
  }

  @Test
  void shouldGoRoundThePicturesWithIdsThatNeverRepeat() throws IOException {
    FolderStream stream = new FolderStream(folder);

    assertThat(stream.next().id()).isEqualTo("a.png");
    Picture second = stream.next();
    assertThat(second.id()).isEqualTo("cats/tom.JPG");
    assertThat(second.bytes()).containsExactly(1);
    assertThat(second.truth()).isNull();
    assertThat(stream.next().id()).isEqualTo("a.png#2");
    assertThat(stream.next().id()).isEqualTo("cats/tom.JPG#2");
  }

  @Test
  void shouldSayThatAFolderHoldsNoPicture() throws IOException {
    Files.delete(folder.resolve("a.png"));
    Files.delete(folder.resolve("cats/tom.JPG"));

    assertThatThrownBy(() -> new FolderStream(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("no picture");
  }

  @Test
  void shouldSayThatThereIsNoSuchFolder() {
    assertThatThrownBy(() -> new FolderStream(folder.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no such folder");
  }
}
