package dev.imprint.benchmark;

import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.View;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Photographs as they might arrive too: dark, out of focus, or held at an angle. */
final class TuningBenchmarkViews {
  private static final double ANGLE = Math.toRadians(20);
  private static final double DARKER = 0.4;
  private static final int BLUR = 3;

  static final Map<String, View> ALL = all();

  private TuningBenchmarkViews() {}

  private static Map<String, View> all() {
    Map<String, View> all = new LinkedHashMap<>();
    all.put("as they are", View.ORIGINAL);
    add(all, "darkened", TuningBenchmarkViews::darkened);
    add(all, "blurred", picture -> blurred(blurred(picture, true), false));
    add(all, "rotated", TuningBenchmarkViews::rotated);
    return all;
  }

  private static void add(Map<String, View> all, String name, UnaryOperator<Pixels> alteration) {
    all.put(name, new View(name, alteration));
  }

  /** The colour of a channel at a place, to be drawn. */
  private interface Drawing {
    float at(int row, int column, int channel);
  }

  private static Pixels draw(Pixels like, Drawing drawing) {
    float[] values = new float[like.values().length];
    int i = 0;
    for (int row = 0; row < like.height(); row++) {
      for (int column = 0; column < like.width(); column++) {
        for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
          values[i++] = drawing.at(row, column, channel);
        }
      }
    }
    return new Pixels(like.height(), like.width(), values);
  }

  /** The nearest pixel; beyond the border, the one at the border. */
  private static float at(Pixels picture, double row, double column, int channel) {
    int y = (int) Math.max(0, Math.min(picture.height() - 1, Math.rint(row)));
    int x = (int) Math.max(0, Math.min(picture.width() - 1, Math.rint(column)));
    return picture.values()[(y * picture.width() + x) * Pixels.CHANNELS + channel];
  }

  private static Pixels darkened(Pixels picture) {
    return draw(picture, (y, x, c) -> (float) (DARKER * at(picture, y, x, c)));
  }

  /** The mean of a row's or a column's neighbours. */
  private static Pixels blurred(Pixels picture, boolean along) {
    return draw(
        picture,
        (y, x, c) -> {
          float sum = 0;
          for (int d = -BLUR; d <= BLUR; d++) {
            sum += at(picture, along ? y : y + d, along ? x + d : x, c);
          }
          return sum / (2 * BLUR + 1);
        });
  }

  private static Pixels rotated(Pixels picture) {
    double middleY = (picture.height() - 1) / 2.0;
    double middleX = (picture.width() - 1) / 2.0;
    return draw(
        picture,
        (y, x, c) ->
            at(
                picture,
                middleY + Math.cos(ANGLE) * (y - middleY) - Math.sin(ANGLE) * (x - middleX),
                middleX + Math.sin(ANGLE) * (y - middleY) + Math.cos(ANGLE) * (x - middleX),
                c));
  }
}
