package dev.imprint.benchmark;

import dev.imprint.buffer.Example;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Photographs in one folder per class, embedded by the bundled backbone. */
record PhotographFolders(KerasBackbone backbone, TensorFlowImageDecoder decoder)
    implements AutoCloseable {
  private static final int BATCH = 24;

  static PhotographFolders open() {
    BackboneDescription description = BackboneDescription.bundled();
    TensorFlowConfig config = TensorFlowConfig.DEFAULT;
    return new PhotographFolders(
        KerasBackbone.open(description, config),
        new TensorFlowImageDecoder(description.pictureInput(), ImageLimits.DEFAULT, config));
  }

  String backboneId() {
    return backbone.id();
  }

  List<Example> embedded(Path folder) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(file -> file.toString().endsWith(".jpg")).sorted().toList();
    }
    List<Example> examples = new ArrayList<>();
    for (int from = 0; from < files.size(); from += BATCH) {
      List<Path> batch = files.subList(from, Math.min(files.size(), from + BATCH));
      List<Pixels> images = new ArrayList<>();
      List<String> digests = new ArrayList<>();
      for (Path file : batch) {
        byte[] picture = Files.readAllBytes(file);
        images.add(decoder.decode(picture));
        digests.add(Sha256.hex(picture));
      }
      float[][] embeddings = backbone.embed(images);
      for (int i = 0; i < embeddings.length; i++) {
        Path file = batch.get(i);
        String label = file.getName(file.getNameCount() - 2).toString();
        examples.add(
            new Example(
                file.toString(),
                label,
                digests.get(i),
                null,
                Instant.EPOCH,
                Embedding.of(embeddings[i], backbone.layers())));
      }
    }
    return examples;
  }

  @Override
  public void close() {
    decoder.close();
    backbone.close();
  }
}
