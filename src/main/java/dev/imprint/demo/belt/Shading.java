package dev.imprint.demo.belt;

import java.awt.Rectangle;

/** Casts a lamp's light on parts, and their shadows on the belt. */
final class Shading {
  private static final float AMBIENT = 0.3f;
  private static final float SHADOW = 0.62f;

  /** Dull surfaces scatter light, so heights seem lower than they are. */
  private static final float RELIEF = 1.6f;

  private final float[] lamp;
  private final BeltSurface grain;

  Shading(Light light, BeltSurface grain) {
    this.lamp = light.direction();
    this.grain = grain;
  }

  /**
   * Darkens the area around the part: the side away from the lamp, and the gap right below its
   * edge.
   */
  void shadow(Frame frame, Relief relief, double radius) {
    Rectangle box = new Rectangle(relief.box());
    int soft = Math.max(2, (int) (radius * 0.06));
    double reach = radius * 0.12 / Math.max(0.4, lamp[2]);
    int shiftX = (int) Math.round(-lamp[0] * reach);
    int shiftY = (int) Math.round(-lamp[1] * reach);
    int margin = 2 * soft;
    box.grow(margin, margin);
    float[] shadow = new float[box.width * box.height];
    for (int y = 0; y < relief.box().height; y++) {
      System.arraycopy(
          relief.cover(),
          y * relief.box().width,
          shadow,
          (y + margin) * box.width + margin,
          relief.box().width);
    }
    Planes.blur(shadow, box.width, box.height, soft, soft);
    box.translate(shiftX, shiftY);
    Rectangle visible = box.intersection(new Rectangle(frame.width(), frame.height()));
    for (int y = visible.y; y < visible.y + visible.height; y++) {
      for (int x = visible.x; x < visible.x + visible.width; x++) {
        float dark = 1 - SHADOW * shadow[(y - box.y) * box.width + x - box.x];
        for (float[] plane : frame.planes()) {
          plane[y * frame.width() + x] *= dark;
        }
      }
    }
  }

  /** Draws the part. */
  void part(Frame frame, Relief relief, Metal metal) {
    Rectangle box = relief.box();
    Rectangle visible = box.intersection(new Rectangle(frame.width(), frame.height()));
    for (int y = visible.y; y < visible.y + visible.height; y++) {
      for (int x = visible.x; x < visible.x + visible.width; x++) {
        int i = (y - box.y) * box.width + x - box.x;
        float cover = relief.cover()[i];
        if (cover == 0) {
          continue;
        }
        float shade = shade(relief, x - box.x, y - box.y, metal.gloss());
        float highlight = 190 * metal.gloss() * Math.max(0, shade - 1);
        float diffuse = 235 * Math.min(shade, 1) + 26 * grain.grain(x + 311, y + 177);
        for (int c = 0; c < Frame.CHANNELS; c++) {
          float[] plane = frame.planes()[c];
          int at = y * frame.width() + x;
          float color = metal.color()[c] * diffuse + highlight;
          plane[at] += cover * (color - plane[at]);
        }
      }
    }
  }

  /** 0..1 for scattered light; anything above 1 is the lamp's reflection. */
  private float shade(Relief relief, int x, int y, float gloss) {
    float nx = -RELIEF * slope(relief, x, y, 1, 0);
    float ny = -RELIEF * slope(relief, x, y, 0, 1);
    float length = (float) Math.sqrt(nx * nx + ny * ny + 1);
    float nz = 1 / length;
    nx *= nz;
    ny *= nz;
    float facing = nx * lamp[0] + ny * lamp[1] + nz * lamp[2];
    // Seen from straight above, the view (0, 0, 1) is reflected to (2·nz·nx, 2·nz·ny, 2·nz² - 1).
    float mirror = 2 * nz * (nx * lamp[0] + ny * lamp[1]) + (2 * nz * nz - 1) * lamp[2];
    float hall = 0.5f + 0.5f * (2 * nz * nz - 1); // bright ceiling, dark sides
    float scattered =
        AMBIENT + (0.75f - 0.35f * gloss) * Math.max(0, facing) + 0.35f * gloss * hall;
    float reflection = Planes.smoothStep(0.78f - 0.1f * (1 - gloss), 1, mirror);
    return Math.min(1, scattered) + reflection;
  }

  private static float slope(Relief relief, int x, int y, int dx, int dy) {
    Rectangle box = relief.box();
    int x0 = Math.max(0, x - dx);
    int y0 = Math.max(0, y - dy);
    int x1 = Math.min(box.width - 1, x + dx);
    int y1 = Math.min(box.height - 1, y + dy);
    return (relief.height()[y1 * box.width + x1] - relief.height()[y0 * box.width + x0]) / 2;
  }
}
