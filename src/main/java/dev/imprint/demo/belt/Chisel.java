package dev.imprint.demo.belt;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;

/**
 * Draws heights: a part is made of shapes, each at a level (0 is the belt, 1 the highest), in
 * coordinates in which the part fills a circle of radius 1. Not thread-safe.
 */
final class Chisel {
  private static final int PROFILE_STEPS = 7;

  private final Graphics2D graphics;

  Chisel(Graphics2D graphics) {
    this.graphics = graphics;
  }

  static Shape circle(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  static Shape box(double x0, double y0, double x1, double y1) {
    return new Rectangle2D.Double(x0, y0, x1 - x0, y1 - y0);
  }

  /** A closed polygon through points given as x, y, x, y … */
  static Path2D polygon(double... xy) {
    Path2D path = new Path2D.Double();
    path.moveTo(xy[0], xy[1]);
    for (int i = 2; i < xy.length; i += 2) {
      path.lineTo(xy[i], xy[i + 1]);
    }
    path.closePath();
    return path;
  }

  static Path2D hexagon(double radius) {
    double[] xy = new double[12];
    for (int i = 0; i < 6; i++) {
      xy[2 * i] = radius * Math.cos(i * Math.PI / 3);
      xy[2 * i + 1] = radius * Math.sin(i * Math.PI / 3);
    }
    return polygon(xy);
  }

  void fill(Shape shape, double level) {
    graphics.setColor(gray(level));
    graphics.fill(shape);
  }

  /** Cuts through down to the belt. */
  void cut(Shape shape) {
    graphics.setComposite(AlphaComposite.Clear);
    graphics.fill(shape);
    graphics.setComposite(AlphaComposite.SrcOver);
  }

  /** A groove (level 0) or a ridge (level 1), blended into the existing surface. */
  void line(Shape shape, double width, double level, double strength) {
    graphics.setColor(new Color((float) level, (float) level, (float) level, (float) strength));
    graphics.setComposite(AlphaComposite.SrcAtop);
    graphics.setStroke(stroke(width));
    graphics.draw(shape);
    graphics.setComposite(AlphaComposite.SrcOver);
  }

  /** A round wire along a path. */
  void wire(Shape path, double width, double from, double to) {
    for (int i = 0; i < PROFILE_STEPS; i++) {
      double outward = 1 - i / (double) PROFILE_STEPS;
      graphics.setColor(gray(from + (to - from) * Math.sqrt(1 - outward * outward)));
      graphics.setStroke(stroke(width * outward));
      graphics.draw(path);
    }
  }

  /** A dome or ball: highest in the middle. */
  void dome(double x, double y, double radius, double from, double to) {
    for (int i = 0; i < PROFILE_STEPS; i++) {
      double outward = 1 - i / (double) PROFILE_STEPS;
      double level = from + (to - from) * Math.sqrt(1 - outward * outward);
      fill(circle(x, y, radius * outward), level);
    }
  }

  /** A solid of revolution about the x axis, such as a shaft: highest at y = 0. */
  void turned(Shape shape, double radius, double from, double to) {
    float[] fractions = new float[2 * PROFILE_STEPS + 1];
    Color[] levels = new Color[fractions.length];
    for (int i = 0; i < fractions.length; i++) {
      fractions[i] = i / (float) (fractions.length - 1);
      double y = 2 * fractions[i] - 1;
      levels[i] = gray(from + (to - from) * Math.sqrt(1 - y * y));
    }
    graphics.setPaint(
        new LinearGradientPaint(
            new Point2D.Double(0, -radius), new Point2D.Double(0, radius), fractions, levels));
    graphics.fill(shape);
  }

  private static BasicStroke stroke(double width) {
    return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }

  private static Color gray(double level) {
    float value = (float) Math.min(1, Math.max(0, level));
    return new Color(value, value, value);
  }
}
