package dev.imprint.demo.belt;

import static dev.imprint.demo.belt.Chisel.circle;
import static dev.imprint.demo.belt.Chisel.hexagon;
import static dev.imprint.demo.belt.Chisel.polygon;

import java.awt.geom.Arc2D;
import java.awt.geom.Path2D;
import java.util.random.RandomGenerator;

/** Parts seen along their axis. */
final class RoundParts {
  private RoundParts() {}

  static void washer(Chisel chisel, RandomGenerator random) {
    double hole = random.nextDouble(0.38, 0.62);
    chisel.fill(circle(0, 0, 1), 0.35);
    if (random.nextInt(4) == 0) { // a dished one
      chisel.fill(circle(0, 0, hole + 0.6 * (1 - hole)), 0.45);
    }
    chisel.cut(circle(0, 0, hole));
  }

  static void nut(Chisel chisel, RandomGenerator random) {
    double hole = random.nextDouble(0.42, 0.58);
    chisel.fill(hexagon(1), 0.62);
    // The corners are chamfered, so the top face is a circle.
    chisel.fill(circle(0, 0, 0.85), 0.85);
    chisel.line(circle(0, 0, hole), 0.08, 0.45, 0.9);
    chisel.cut(circle(0, 0, hole));
    for (int i = 0; i < 3; i++) { // the visible part of the thread
      chisel.wire(
          new Arc2D.Double(-hole, -hole, 2 * hole, 2 * hole, 120 * i, 80, Arc2D.OPEN),
          0.05,
          0.3,
          0.5);
    }
  }

  static void gear(Chisel chisel, RandomGenerator random) {
    int teeth = random.nextInt(12, 25);
    double root = random.nextDouble(0.76, 0.84);
    Path2D outline = new Path2D.Double();
    double pitch = 2 * Math.PI / teeth;
    for (int i = 0; i < teeth; i++) {
      double[][] corners = {{0.05, root}, {0.2, 1}, {0.5, 1}, {0.65, root}};
      for (double[] corner : corners) {
        double angle = (i + corner[0]) * pitch;
        lineTo(outline, corner[1] * Math.cos(angle), corner[1] * Math.sin(angle));
      }
    }
    outline.closePath();
    chisel.fill(outline, 0.6);
    double hub = random.nextDouble(0.3, 0.4);
    chisel.fill(circle(0, 0, root - 0.12), random.nextDouble(0.35, 0.5)); // the web
    if (random.nextBoolean()) {
      int holes = random.nextInt(3, 7);
      double middle = (hub + root - 0.12) / 2;
      for (int i = 0; i < holes; i++) {
        double angle = i * 2 * Math.PI / holes;
        chisel.cut(circle(middle * Math.cos(angle), middle * Math.sin(angle), 0.1));
      }
    }
    chisel.fill(circle(0, 0, hub), 0.85);
    chisel.cut(circle(0, 0, hub * random.nextDouble(0.45, 0.65)));
  }

  static void bearing(Chisel chisel, RandomGenerator random) {
    double bore = random.nextDouble(0.36, 0.5);
    double inner = bore + 0.16;
    double outer = 0.82;
    chisel.fill(circle(0, 0, 1), 0.75);
    chisel.fill(circle(0, 0, outer), 0.12); // the race is recessed
    double middle = (inner + outer) / 2;
    double ball = (outer - inner) / 2;
    if (random.nextInt(3) > 0) {
      int balls = (int) (Math.PI * middle / ball * random.nextDouble(0.7, 0.9));
      for (int i = 0; i < balls; i++) {
        double angle = i * 2 * Math.PI / balls;
        chisel.dome(middle * Math.cos(angle), middle * Math.sin(angle), ball, 0.15, 0.75);
      }
    } else { // a sealed one
      chisel.fill(circle(0, 0, outer), 0.55);
      chisel.line(circle(0, 0, outer), 0.05, 0, 0.8);
      chisel.line(circle(0, 0, middle), 0.04, 0.2, 0.6);
    }
    chisel.fill(circle(0, 0, inner), 0.75);
    chisel.line(circle(0, 0, inner), 0.04, 0, 0.7);
    chisel.cut(circle(0, 0, bore));
  }

  static void clip(Chisel chisel, RandomGenerator random) {
    double gap = random.nextDouble(50, 75);
    double thick = random.nextDouble(0.18, 0.26);
    double radius = 0.85 - thick / 2;
    chisel.wire(
        new Arc2D.Double(-radius, -radius, 2 * radius, 2 * radius, gap / 2, 360 - gap, Arc2D.OPEN),
        thick,
        0.3,
        0.5);
    for (int side = -1; side <= 1; side += 2) {
      double x = radius * Math.cos(Math.toRadians(gap / 2));
      double y = side * radius * Math.sin(Math.toRadians(gap / 2));
      chisel.fill(circle(x, y, 0.2), 0.45);
      chisel.cut(circle(x, y, 0.08));
    }
  }

  static void wingNut(Chisel chisel, RandomGenerator random) {
    double wing = random.nextDouble(0.42, 0.55);
    for (int side = -1; side <= 1; side += 2) {
      chisel.fill(polygon(0, -0.2, side * 0.8, -wing, side, -0.25, side * 0.85, 0.2, 0, 0.3), 0.55);
      chisel.dome(side * 0.78, -wing * 0.55, 0.2, 0.55, 0.7);
    }
    chisel.dome(0, 0.05, 0.42, 0.6, 0.95);
    chisel.cut(circle(0, 0.05, 0.22));
  }

  private static void lineTo(Path2D path, double x, double y) {
    if (path.getCurrentPoint() == null) {
      path.moveTo(x, y);
    } else {
      path.lineTo(x, y);
    }
  }
}
