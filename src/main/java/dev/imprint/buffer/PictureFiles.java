package dev.imprint.buffer;

import dev.imprint.buffer.BufferSnapshot.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Copies pictures of the buffer into files, for a process of its own. Not thread-safe.
 *
 * @param pictures the caller closes them
 */
record PictureFiles(StoredPictures pictures, int batch) {
  /**
   * @param folder that exists; each file's name is its picture's digest
   * @param mostBytes that the files may take
   * @param left receives the number of pictures still to be read, before each batch
   * @return by image id; without pictures that are gone
   * @throws IOException if Kafka does not return them, a file cannot be written, or they take more
   *     than that
   */
  Map<String, Path> write(List<Stored> examples, Path folder, long mostBytes, IntConsumer left)
      throws IOException, InterruptedException {
    Deque<Stored> waiting =
        new ArrayDeque<>(
            examples.stream().sorted(Comparator.comparing(each -> each.picture().at())).toList());
    Map<String, Path> files = new HashMap<>();
    long bytes = 0;
    int fruitless = 0;
    while (!waiting.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("reading pictures was stopped");
      }
      int before = waiting.size();
      left.accept(before);
      Map<String, Path> some = writeSome(waiting, folder);
      files.putAll(some);
      for (Path file : some.values()) {
        bytes += Files.size(file);
      }
      if (bytes > mostBytes) {
        throw new IOException(
            "the pictures alone take more than the %,d MiB of disk space that may be used"
                .formatted(mostBytes >> 20));
      }
      fruitless = waiting.size() < before ? 0 : fruitless + 1;
      if (fruitless == Embedder.FRUITLESS) {
        throw new IOException(
            "%d pictures on topic %s cannot be read".formatted(before, pictures.topic()));
      }
    }
    return files;
  }

  private Map<String, Path> writeSome(Deque<Stored> waiting, Path folder) throws IOException {
    List<Stored> some = new ArrayList<>();
    while (some.size() < batch && !waiting.isEmpty()) {
      some.add(waiting.remove());
    }
    Map<Position, Optional<byte[]>> read =
        pictures.read(some.stream().map(each -> each.picture().at()).toList());
    Map<String, Path> files = new HashMap<>();
    for (Stored each : some) {
      Optional<byte[]> bytes = read.get(each.picture().at());
      if (bytes == null) {
        waiting.add(each); // Kafka did not answer
      } else if (bytes.isPresent()) {
        Path file = folder.resolve(each.picture().sha256());
        files.put(each.example().imageId(), Files.write(file, bytes.get()));
      }
    }
    return files;
  }
}
