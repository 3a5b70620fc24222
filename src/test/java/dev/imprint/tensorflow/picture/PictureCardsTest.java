package dev.imprint.tensorflow.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Pixels;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One test card of four colors in each kind of JPEG, PNG, WebP, GIF and BMP, made by
 * src/test/python; cards.json lists the colors.
 */
class PictureCardsTest {
  private static final int HEIGHT = 12;
  private static final int WIDTH = 16;

  private static TensorFlowImageDecoder decoder;

  @BeforeAll
  static void open() {
    decoder =
        TestPictures.decoder(
            TestPictures.description(HEIGHT, WIDTH, false, PictureInput.Crop.WHOLE));
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  static Stream<Arguments> cards() {
    Stream<Map.Entry<String, JsonNode>> cards =
        TestPictures.json("/cards/cards.json").properties().stream();
    return cards.map(card -> Arguments.of(card.getKey(), card.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cards")
  void shouldShowTheCardsColors(String name, JsonNode expected) throws RejectedException {
    Pixels pixels = decoder.decode(TestPictures.resource("/cards/" + name));

    List<int[]> centers =
        List.of(new int[] {3, 3}, new int[] {3, 12}, new int[] {9, 3}, new int[] {9, 12});
    for (int quarter = 0; quarter < 4; quarter++) {
      int at = (centers.get(quarter)[0] * WIDTH + centers.get(quarter)[1]) * Pixels.CHANNELS;
      for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
        assertThat(pixels.values()[at + channel])
            .as("quarter %d, channel %d", quarter, channel)
            .isCloseTo(
                (float) expected.get("colors").get(quarter).get(channel).asDouble(),
                within((float) expected.get("tolerance").asDouble()));
      }
    }
  }
}
