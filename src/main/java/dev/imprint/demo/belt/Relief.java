package dev.imprint.demo.belt;

import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.random.RandomGenerator;

/**
 * One part on the belt: the height of each pixel and how much of it the part covers. Heights
 * instead of colours, so that any light can fall on it.
 *
 * @param box the part's position in the picture; may extend beyond its edges
 * @param height of the box's pixels, row-major, in pixels above the belt
 * @param cover of the box's pixels, 0 (belt) to 1 (part)
 */
@SuppressWarnings("ArrayRecordComponent") // used by one renderer, never compared
record Relief(Rectangle box, float[] height, float[] cover) {
  /** Maximum thickness of a part, as a share of its radius. */
  private static final double THICKNESS = 0.3;

  private static final int MARGIN = 2;

  /**
   * @param pose maps the unit circle to the part's position in the picture
   * @param radius approximate length of the mapped unit, in pixels
   */
  static Relief of(Part part, AffineTransform pose, double radius, RandomGenerator random) {
    Rectangle box = pose.createTransformedShape(Chisel.box(-1.1, -1.1, 1.1, 1.1)).getBounds();
    box.grow(MARGIN, MARGIN);
    BufferedImage canvas = new BufferedImage(box.width, box.height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = canvas.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.translate(-box.x, -box.y);
    graphics.transform(pose);
    part.draw(new Chisel(graphics), random);
    graphics.dispose();

    int[] argb = ((DataBufferInt) canvas.getRaster().getDataBuffer()).getData();
    float[] height = new float[argb.length];
    float[] cover = new float[argb.length];
    float scale = (float) (THICKNESS * radius / 255);
    for (int i = 0; i < argb.length; i++) {
      cover[i] = (argb[i] >>> 24) / 255f;
      height[i] = (argb[i] & 0xff) * cover[i] * scale;
    }
    // Worn edges: without them, only flat faces would catch the light.
    int wear = Math.max(1, (int) Math.round(radius / 50));
    Planes.blur(height, box.width, box.height, wear, wear);
    return new Relief(box, height, cover);
  }
}
