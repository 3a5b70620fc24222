package dev.imprint.buffer;

import dev.imprint.model.backbone.Backbone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** The pictures of examples, read back. */
public interface ExamplePictures {
  /**
   * Copies the pictures of examples into files, in the caller's thread.
   *
   * @param folder that exists; each file's name is its picture's digest
   * @param mostBytes that the files may take
   * @param progress receives the number of pictures still to be read, every few seconds
   * @return by image id; without pictures that have been deleted meanwhile
   * @throws IOException if Kafka does not return them, a file cannot be written, or they take more
   *     than that
   */
  Map<String, Path> files(List<Example> examples, Path folder, long mostBytes, IntConsumer progress)
      throws IOException, InterruptedException;

  /**
   * Examples with the embeddings of another open backbone; embeds what its cache does not have, in
   * the caller's thread, at the buffer's pace.
   *
   * @param progress receives the number of pictures waiting to be embedded, every few seconds
   * @return in the same order, without those whose pictures have been deleted meanwhile
   * @throws IOException if Kafka does not return the pictures
   */
  List<Example> seenBy(Backbone backbone, List<Example> examples, IntConsumer progress)
      throws IOException, InterruptedException;
}
