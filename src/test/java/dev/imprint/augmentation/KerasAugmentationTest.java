package dev.imprint.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.model.backbone.Pixels;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with the numbers of Keras' layers; make_augmentation_reference.py wrote them. */
class KerasAugmentationTest {
  private static final Reference REFERENCE = read();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Reference(String maker, int height, int width, float[] picture, List<Case> cases) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Case(String layer, double[] factors, float[] output) {
    @Override
    public String toString() {
      return layer + List.of(factors.length == 0 ? "" : factors[0]);
    }
  }

  static Stream<Case> cases() {
    return REFERENCE.cases().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldGiveThePixelsThatKerasGives(Case its) {
    Pixels picture = new Pixels(REFERENCE.height(), REFERENCE.width(), REFERENCE.picture());

    Pixels altered = alteration(its).apply(picture);

    assertThat(altered.values()).hasSameSizeAs(its.output());
    for (int i = 0; i < its.output().length; i++) {
      assertThat(altered.values()[i]).as("number %d", i).isCloseTo(its.output()[i], within(0.02f));
    }
  }

  private static Alteration alteration(Case its) {
    double factor = its.factors().length == 0 ? 0 : its.factors()[0];
    return switch (its.layer()) {
      case "RandomFlip" -> new Alteration(true, false, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0);
      case "RandomRotation" ->
          new Alteration(false, false, 2 * Math.PI * factor, 1, 1, 0, 0, 0, 0, 0, 1, 0);
      case "RandomZoom" -> new Alteration(false, false, 0, 1 + factor, 1, 0, 0, 0, 0, 0, 1, 0);
      case "RandomTranslation" ->
          new Alteration(false, false, 0, 1, 1, 0, 0, its.factors()[1], factor, 0, 1, 0);
      case "RandomBrightness" ->
          new Alteration(false, false, 0, 1, 1, 0, 0, 0, 0, 255 * factor, 1, 0);
      case "RandomContrast" -> new Alteration(false, false, 0, 1, 1, 0, 0, 0, 0, 0, factor, 0);
      default -> throw new IllegalArgumentException(its.layer());
    };
  }

  private static Reference read() {
    try (InputStream json =
        KerasAugmentationTest.class.getResourceAsStream("/augmentation/keras.json")) {
      return new ObjectMapper().readValue(Objects.requireNonNull(json), Reference.class);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
