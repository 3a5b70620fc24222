package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.demo.belt.BeltPicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    FolderStream stream = new FolderStream(folder, 7);

    List<BeltPicture> round = List.of(stream.next(), stream.next());
    assertThat(round)
        .extracting(BeltPicture::id)
        .containsExactlyInAnyOrder("a.png", "cats/tom.JPG");
    assertThat(stream.next().id()).isEqualTo(round.get(0).id() + "#2");
    assertThat(stream.next().id()).isEqualTo(round.get(1).id() + "#2");
    assertThat(FolderStream.file(round.get(1).id() + "#2")).isEqualTo(round.get(1).id());
  }

  @Test
  void shouldKnowWhatAPictureShowsByItsFolder() throws IOException {
    FolderStream stream = new FolderStream(folder, 7);

    assertThat(stream.labels()).isEqualTo(Map.of("cats", 1));
    assertThat(List.of(stream.next(), stream.next()))
        .allMatch(p -> p.id().startsWith("cats") ? "cats".equals(p.truth()) : p.truth() == null)
        .anyMatch(p -> p.bytes()[0] == 1);
  }

  @Test
  void shouldLeaveOutHiddenFilesAndFolders() throws IOException {
    Files.write(folder.resolve("cats/._tom.jpg"), new byte[] {4});
    Files.createDirectories(folder.resolve(".thumbnails"));
    Files.write(folder.resolve(".thumbnails/tom.jpg"), new byte[] {5});

    assertThat(new FolderStream(folder, 7).size()).isEqualTo(2);
  }

  @Test
  void shouldMixTheLabelsTheSameWayEachTime() throws IOException {
    Files.createDirectories(folder.resolve("dogs"));
    for (int i = 0; i < 10; i++) {
      Files.write(folder.resolve("cats/%d.jpg".formatted(i)), new byte[] {1});
      Files.write(folder.resolve("dogs/%d.jpg".formatted(i)), new byte[] {1});
    }

    List<String> order = ids(new FolderStream(folder, 7));

    assertThat(order)
        .isEqualTo(ids(new FolderStream(folder, 7)))
        .isNotEqualTo(order.stream().sorted().toList());
  }

  private static List<String> ids(FolderStream stream) throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < stream.size(); i++) {
      ids.add(stream.next().id());
    }
    return ids;
  }

  @Test
  void shouldSayThatAFolderHoldsNoPicture() throws IOException {
    Files.delete(folder.resolve("a.png"));
    Files.delete(folder.resolve("cats/tom.JPG"));

    assertThatThrownBy(() -> new FolderStream(folder, 7))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("no picture");
  }

  @Test
  void shouldSayThatThereIsNoSuchFolder() {
    assertThatThrownBy(() -> new FolderStream(folder.resolve("missing"), 7))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no such folder");
  }
}
