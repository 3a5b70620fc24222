package dev.imprint.demo;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A person's own pictures, over and over. Ids are the paths relative to the folder, with slashes on
 * every system; from the second round on with the round's number, as in {@code cats/tom.jpg#2}.
 */
public final class FolderStream implements PictureStream {
  private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".gif", ".bmp");

  private final Path folder;
  private final List<Path> files;
  private long count;

  /**
   * @throws IOException if there is no such folder, or no picture in it
   */
  public FolderStream(Path folder) throws IOException {
    this.folder = folder;
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "there is no such folder");
    }
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      files = walk.filter(FolderStream::isPicture).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new NoSuchFileException(
          folder.toString(), null, "it holds no picture; these are read: " + ENDINGS);
    }
  }

  private static boolean isPicture(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(path);
  }

  @Override
  public Picture next() throws IOException {
    Path file = files.get((int) (count % files.size()));
    long round = 1 + count / files.size();
    count++;
    String id =
        StreamSupport.stream(folder.relativize(file).spliterator(), false)
            .map(Path::toString)
            .collect(Collectors.joining("/"));
    return new Picture(round == 1 ? id : id + "#" + round, Files.readAllBytes(file), null, null);
  }
}
