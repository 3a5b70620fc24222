package dev.imprint.tensorflow.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.KerasGraph;
import dev.imprint.tensorflow.Preprocessing;
import dev.imprint.tensorflow.keras.KerasParts;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.types.TFloat32;

/** Pictures that the exported model resizes itself. */
class ExportedResizingTest extends ClassifierExportSteps {
  /** A picture of any size and shape, resized by the model instead of the decoder. */
  @ParameterizedTest
  @CsvSource({"WHOLE, false", "CENTER, false", "WHOLE, true", "CENTER, true"})
  void shouldResizePicturesAsTheDecoderDoes(PictureInput.Crop crop, boolean antialias)
      throws IOException, RejectedException {
    BackboneDescription shared =
        description("shared.keras", Preprocessing.TF, List.of("joined"), new InputSize(6, 8));
    BackboneDescription description =
        new BackboneDescription(
            shared.file(),
            shared.preprocessing(),
            null,
            null,
            shared.inputSize(),
            shared.resize(),
            antialias,
            crop,
            shared.embeddingLayers(),
            Precision.FP32,
            List.of());
    BufferedImage picture = picture(31, 22);
    try (KerasBackbone backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT)) {
      DenseHead head = head(backbone);
      Pixels decoded = backbone.decoder().decode(png(picture));
      float[][] expected = head.probabilities(backbone.embed(List.of(decoded)));
      Path folder = dir.resolve("shoes");

      ClassifierExport.Exported exported =
          new ClassifierExport(description, head, null).write(ExportFormat.SAVEDMODEL, folder);

      assertThat(exported.difference()).isBetween(0.0, (double) TOLERANCE);
      assertClose(new float[][] {savedModel(folder, pixels(picture))}, expected);
      assertThat(Files.readAllLines(folder.resolve("assets.extra/labels.txt"))).isEqualTo(LABELS);
    }
    JsonNode resizing = resizing(description);
    assertThat(resizing.path("antialias").asBoolean()).isEqualTo(antialias);
    assertThat(resizing.path("crop_to_aspect_ratio").asBoolean())
        .isEqualTo(crop == PictureInput.Crop.CENTER);
  }

  private JsonNode resizing(BackboneDescription description) throws IOException {
    try (KerasBackbone backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT)) {
      Path file = dir.resolve("resizing.keras");
      new ClassifierExport(description, head(backbone), null).write(ExportFormat.KERAS, file);
      for (JsonNode layer : KerasParts.of(Files.readAllBytes(file)).config().at("/config/layers")) {
        if (layer.path("class_name").asText().equals("Resizing")) {
          return layer.path("config");
        }
      }
    }
    throw new AssertionError("no Resizing layer");
  }

  private static float[] savedModel(Path folder, Pixels picture) {
    InputSize size = new InputSize(picture.height(), picture.width());
    try (SavedModelBundle bundle = SavedModelBundle.load(folder.toString());
        TFloat32 batch = KerasGraph.batch(size, List.of(picture));
        Result result =
            bundle.function(Signature.DEFAULT_KEY).call(Map.of(ClassifierGraph.IMAGES, batch))) {
      float[] answer = new float[LABELS.size()];
      result.get("probabilities").orElseThrow().asRawTensor().data().asFloats().read(answer);
      return answer;
    }
  }

  private static BufferedImage picture(int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    SplittableRandom random = new SplittableRandom(3);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return picture;
  }

  private static byte[] png(BufferedImage picture) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    return png.toByteArray();
  }

  private static Pixels pixels(BufferedImage picture) {
    float[] values = new float[picture.getWidth() * picture.getHeight() * Pixels.CHANNELS];
    int at = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int rgb = picture.getRGB(x, y);
        values[at++] = rgb >> 16 & 0xFF;
        values[at++] = rgb >> 8 & 0xFF;
        values[at++] = rgb & 0xFF;
      }
    }
    return new Pixels(picture.getHeight(), picture.getWidth(), values);
  }
}
