package dev.imprint.tensorflow.tuning;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.picture.TestPictures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The small network of src/test/resources/keras/make_tuning.py, and Keras' numbers for it. */
public final class TuningNetwork {
  private final JsonNode json = TestPictures.json("/keras/tuning.json");
  private final FloatBuffer numbers =
      ByteBuffer.wrap(TestPictures.resource("/keras/tuning.bin"))
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer();

  /** Writes it to a folder, with a YAML whose embedding has four layers. */
  public static Path write(Path folder) throws IOException {
    Files.write(folder.resolve("tuning.keras"), TestPictures.resource("/keras/tuning.keras"));
    return Files.writeString(
        folder.resolve("tuning.yaml"),
        """
        file: tuning.keras
        input_size: 16
        embedding_layers: [stem_relu, block1_add, block3_add, features]
        """);
  }

  static BackboneDescription description(Path folder) throws IOException {
    return BackboneDescription.load(write(folder));
  }

  JsonNode json() {
    return json;
  }

  float[] next(int size) {
    float[] next = new float[size];
    numbers.get(next);
    return next;
  }

  List<float[]> nextOfEach(List<float[]> like) {
    return like.stream().map(values -> next(values.length)).toList();
  }

  List<Pixels> nextPictures() {
    int side = json.get("side").asInt();
    List<Pixels> pictures = new ArrayList<>();
    for (int i = 0; i < json.get("pictures").asInt(); i++) {
      pictures.add(new Pixels(side, side, next(side * side * Pixels.CHANNELS)));
    }
    return pictures;
  }

  boolean atEnd() {
    return !numbers.hasRemaining();
  }
}
