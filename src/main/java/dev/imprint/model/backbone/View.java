package dev.imprint.model.backbone;

import java.util.function.UnaryOperator;

/**
 * A view of a picture: the original, or an altered one (augmentation), which is for one picture
 * alone.
 *
 * @param name short: two views of one picture with the same name have the same pixels
 * @param alteration gives pixels of the same height and width, and does not change its argument
 */
public record View(String name, UnaryOperator<Pixels> alteration) {
  /** The unaltered picture. */
  public static final View ORIGINAL = new View("", original -> original);

  /** Alters a picture. */
  public Pixels of(Pixels original) {
    return alteration.apply(original);
  }
}
