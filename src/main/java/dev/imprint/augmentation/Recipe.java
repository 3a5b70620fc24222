package dev.imprint.augmentation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.View;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Draws the views of pictures: a view depends on the ranges, the seed, the picture's digest and the
 * view's number alone, so it has the same bits whenever and wherever it is computed.
 */
public record Recipe(Augmentation augmentation, long seed) {
  /** To be changed with anything that changes a view's pixels, so that no cache mixes them. */
  private static final int FORM = 1;

  private static final int DIGITS = 12;

  /** Hex digits that distinguish it from recipes whose views differ, however many are drawn. */
  public String id() {
    String all = "%d %d %s".formatted(FORM, seed, augmentation.withViews(0));
    return Sha256.hex(all.getBytes(UTF_8)).substring(0, DIGITS);
  }

  /**
   * The first views of a picture.
   *
   * @param sha256 of the picture, hex
   */
  public List<View> views(String sha256, int number) {
    return IntStream.range(0, number).mapToObj(index -> view(sha256, index)).toList();
  }

  /** Whether a view of this name is of the recipe with this id. */
  public static boolean drew(String id, String view) {
    return view.startsWith(id + "/");
  }

  /**
   * @param sha256 of the picture, hex
   * @param index from 0
   */
  public View view(String sha256, int index) {
    String name = id() + "/" + index;
    byte[] drawnBy = (name + " " + sha256).getBytes(UTF_8);
    long itsSeed = Long.parseUnsignedLong(Sha256.hex(drawnBy).substring(0, 16), 16);
    return new View(name, Alteration.drawn(augmentation, new Random(itsSeed)));
  }
}
