package dev.imprint.labels;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.drew.imaging.FileType;
import com.drew.imaging.FileTypeDetector;
import dev.imprint.event.Clients;
import dev.imprint.event.TopicScan;
import dev.imprint.event.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Writes the pictures of labels to files, one folder per label. */
public final class ExportedPictures {
  private final Path root;
  private final Path folder;
  private final Map<String, LabelLine> lines;
  private final Map<String, Path> files = new HashMap<>();

  private ExportedPictures(Path root, Path folder, Map<String, LabelLine> lines) {
    this.root = root;
    this.folder = folder;
    this.lines = lines;
  }

  /**
   * Reads the topic {@code pictures} to its end.
   *
   * @param root that the lines' files are relative to
   * @param folder in it, or the same
   * @return the lines with their files; those without a picture have none
   * @throws IOException if a file cannot be written
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public static List<LabelLine> write(
      Path root, Path folder, List<LabelLine> lines, Clients clients, Topics topics)
      throws IOException {
    ExportedPictures pictures =
        new ExportedPictures(
            root,
            folder,
            lines.stream().collect(Collectors.toMap(LabelLine::imageId, Function.identity())));
    try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
      TopicScan.ofTopic(consumer, topics.pictures()).forEach(pictures::take);
    } catch (UncheckedIOException e) {
      throw new IOException("a picture cannot be written: " + e.getMessage(), e);
    }
    return lines.stream().map(line -> line.in(pictures.file(line.imageId()))).toList();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    LabelLine line = record.key() == null ? null : lines.get(new String(record.key(), UTF_8));
    if (line == null) {
      return;
    }
    try {
      Path before = files.remove(line.imageId());
      if (before != null) {
        Files.deleteIfExists(before); // an earlier picture of the id
      }
      byte[] picture = record.value();
      if (picture != null) {
        Path file = place(line, ending(picture));
        Files.createDirectories(file.getParent());
        Files.write(file, picture);
        files.put(line.imageId(), file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In a locale that cannot write the label, underscores stand for it; the index has it. */
  private Path place(LabelLine line, String ending) {
    String place = FolderLayout.place(line, ending);
    try {
      return folder.resolve(place);
    } catch (InvalidPathException e) {
      return folder.resolve(FolderLayout.ascii(place));
    }
  }

  private static String ending(byte[] picture) throws IOException {
    FileType type = FileTypeDetector.detectFileType(new ByteArrayInputStream(picture));
    String common = type.getCommonExtension();
    return common == null ? "bin" : common;
  }

  private @Nullable String file(String imageId) {
    Path file = files.get(imageId);
    return file == null ? null : root.relativize(file).toString().replace('\\', '/');
  }
}
