package dev.imprint.augmentation;

import dev.imprint.model.backbone.Pixels;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * One change of a picture, all its numbers drawn.
 *
 * @param rotation radians, as Keras' {@code RandomRotation} turns
 * @param zoom factor: above 1, more than the whole is shown
 * @param side fraction of the sides that remains after cropping
 * @param left where the rest begins, as a fraction of what is cut away; likewise {@code top}
 * @param right by how much of the width it is moved; likewise {@code down}, of the height
 * @param brightness added, in 0..255
 * @param contrast factor of the distance from the mean
 * @param blur standard deviation, in pixels
 */
record Alteration(
    boolean mirrored,
    boolean upsideDown,
    double rotation,
    double zoom,
    double side,
    double left,
    double top,
    double right,
    double down,
    double brightness,
    double contrast,
    double blur)
    implements UnaryOperator<Pixels> {
  static final Alteration NONE = new Alteration(false, false, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0);

  /** The same number of draws for all ranges: one turned off changes none of the others. */
  static Alteration drawn(Augmentation ranges, Random random) {
    return new Alteration(
        random.nextBoolean() & ranges.flip().horizontally(),
        random.nextBoolean() & ranges.flip().vertically(),
        2 * Math.PI * about(0, ranges.rotation(), random),
        about(1, ranges.zoom(), random),
        1 - ranges.crop() * random.nextDouble(),
        random.nextDouble(),
        random.nextDouble(),
        about(0, ranges.translation(), random),
        about(0, ranges.translation(), random),
        Photometry.WHITE * about(0, ranges.brightness(), random),
        about(1, ranges.contrast(), random),
        ranges.blur() * random.nextDouble());
  }

  private static double about(double center, double range, Random random) {
    return center + range * (2 * random.nextDouble() - 1);
  }

  @Override
  public Pixels apply(Pixels original) {
    Affine map = geometry(original.height(), original.width());
    Pixels altered = map.equals(Affine.IDENTITY) ? original : map.sampled(original);
    if (brightness != 0) {
      altered = Photometry.brightened(altered, brightness);
    }
    if (contrast != 1) {
      altered = Photometry.contrasted(altered, contrast);
    }
    return blur == 0 ? altered : Photometry.blurred(altered, blur);
  }

  /**
   * From the view to the picture, so the reverse order: cropped, flipped, rotated, zoomed, moved.
   */
  private Affine geometry(int height, int width) {
    double centerX = (width - 1) / 2.0;
    double centerY = (height - 1) / 2.0;
    return Affine.IDENTITY
        .then(Affine.translation(-right * width, -down * height))
        .then(Affine.scaling(zoom, zoom).about(centerX, centerY))
        .then(Affine.rotation(rotation).about(centerX, centerY))
        .then(Affine.scaling(mirrored ? -1 : 1, upsideDown ? -1 : 1).about(centerX, centerY))
        .then(Affine.scaling(side, side).about(centerX, centerY))
        .then(
            Affine.translation(
                (left - 0.5) * (1 - side) * width, (top - 0.5) * (1 - side) * height));
  }
}
