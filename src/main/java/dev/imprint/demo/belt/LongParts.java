package dev.imprint.demo.belt;

import static dev.imprint.demo.belt.Chisel.box;
import static dev.imprint.demo.belt.Chisel.circle;
import static dev.imprint.demo.belt.Chisel.polygon;

import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.util.random.RandomGenerator;

/** Parts that lie on their side, along the x axis. */
final class LongParts {
  private LongParts() {}

  static void bolt(Chisel chisel, RandomGenerator random) {
    double radius = random.nextDouble(0.13, 0.2);
    double headEnd = -1 + random.nextDouble(1.2, 1.7) * radius;
    double end = random.nextDouble(0.45, 1);
    double threadStart = headEnd + (end - headEnd) * random.nextDouble(0, 0.5);
    chisel.turned(box(headEnd, -radius, threadStart + 0.05, radius), radius, 0.15, 0.7);
    thread(chisel, new Threading(threadStart, end - 0.05, radius, radius, 0.085));
    chisel.turned(box(end - 0.05, -0.8 * radius, end, 0.8 * radius), radius, 0.15, 0.65);
    hexHead(chisel, headEnd, radius * random.nextDouble(1.75, 2.1));
  }

  /** A hexagon from the side shows two or three of its faces. */
  private static void hexHead(Chisel chisel, double end, double half) {
    double face = half / 2;
    chisel.fill(polygon(-0.97, -half, end, -half, end, half, -0.97, half), 0.6);
    chisel.fill(box(-1, -half * 0.85, end, half * 0.85), 0.62);
    chisel.fill(box(-1, -face, end, face), 0.92);
    chisel.line(new Line2D.Double(-1, -face, end, -face), 0.03, 0.5, 0.7);
    chisel.line(new Line2D.Double(-1, face, end, face), 0.03, 0.5, 0.7);
  }

  static void screw(Chisel chisel, RandomGenerator random) {
    double radius = random.nextDouble(0.1, 0.16);
    double head = radius * random.nextDouble(2, 2.6);
    double headEnd;
    if (random.nextBoolean()) { // countersunk: a cone
      headEnd = -1 + head * 0.9;
      chisel.turned(
          polygon(
              -1, -head, -0.95, -head, headEnd, -radius, headEnd, radius, -0.95, head, -1, head),
          head,
          0.15,
          0.85);
    } else { // a round head
      headEnd = -1 + head * 0.8;
      Path2D dome = new Path2D.Double();
      dome.moveTo(headEnd, -head);
      dome.curveTo(-1.05, -head, -1.05, head, headEnd, head);
      dome.closePath();
      chisel.turned(dome, head, 0.15, 0.9);
    }
    double end = random.nextDouble(0.5, 1);
    double taper = end - random.nextDouble(0.25, 0.45);
    double pitch = random.nextDouble(0.11, 0.16);
    chisel.turned(box(headEnd - 0.02, -0.75 * radius, taper, 0.75 * radius), radius, 0.15, 0.6);
    thread(chisel, new Threading(headEnd + 0.1, taper, radius, radius, pitch));
    thread(chisel, new Threading(taper, end, radius, 0.01, pitch));
  }

  private record Threading(
      double from, double to, double radiusFrom, double radiusTo, double pitch) {
    double radius(double x) {
      double share = (x - from) / (to - from);
      return radiusFrom + (radiusTo - radiusFrom) * Math.min(1, Math.max(0, share));
    }
  }

  private static void thread(Chisel chisel, Threading thread) {
    Path2D outline = new Path2D.Double();
    outline.moveTo(thread.from(), 0);
    for (double x = thread.from(); x < thread.to(); x += thread.pitch() / 2) {
      boolean crest = Math.round((x - thread.from()) / (thread.pitch() / 2)) % 2 == 1;
      outline.lineTo(x, -thread.radius(x) * (crest ? 1.05 : 0.82));
    }
    outline.lineTo(thread.to(), -thread.radiusTo() * 0.9);
    outline.lineTo(thread.to(), thread.radiusTo() * 0.9);
    for (double x = thread.to(); x > thread.from(); x -= thread.pitch() / 2) {
      boolean crest = Math.round((x - thread.from()) / (thread.pitch() / 2)) % 2 == 1;
      outline.lineTo(x, thread.radius(x) * (crest ? 0.82 : 1.05));
    }
    outline.closePath();
    double radius = thread.radiusFrom();
    chisel.turned(outline, radius * 1.05, 0.15, 0.7);
    for (double x = thread.from(); x < thread.to(); x += thread.pitch()) {
      double half = thread.radius(x);
      double slant = thread.pitch() / 2;
      chisel.line(new Line2D.Double(x, -half, x + slant, half), thread.pitch() * 0.4, 0.05, 0.6);
    }
  }

  static void spring(Chisel chisel, RandomGenerator random) {
    int turns = random.nextInt(6, 12);
    double length = random.nextDouble(1.4, 2);
    double half = random.nextDouble(0.28, 0.45);
    double wire = length / turns * random.nextDouble(0.38, 0.55);
    double pitch = length / turns;
    for (int i = 0; i < turns; i++) { // the part of the turn behind
      double x = -length / 2 + (i + 0.5) * pitch;
      chisel.wire(new Line2D.Double(x, half, x + pitch / 2, -half), wire, 0.1, 0.3);
    }
    for (int i = 0; i <= turns; i++) {
      double x = -length / 2 + i * pitch;
      Path2D front = new Path2D.Double();
      front.moveTo(x, -half);
      front.curveTo(x + pitch * 0.1, -half / 2, x + pitch * 0.4, half / 2, x + pitch / 2, half);
      chisel.wire(front, wire, 0.5, 0.95);
    }
  }

  /** An angle lying flat: two legs, holes in both. */
  static void bracket(Chisel chisel, RandomGenerator random) {
    double width = random.nextDouble(0.38, 0.55);
    double shortLeg = random.nextDouble(0.3, 0.8);
    double level = 0.4;
    double left = -0.8;
    double top = -0.65;
    chisel.fill(new RoundRectangle2D.Double(left, top, 0.75 - left, width, 0.15, 0.15), level);
    chisel.fill(new RoundRectangle2D.Double(left, top, width, shortLeg - top, 0.15, 0.15), level);
    double middle = width / 2;
    double hole = width * random.nextDouble(0.2, 0.28);
    int holes = random.nextInt(1, 3);
    for (int i = 0; i < holes; i++) {
      chisel.cut(circle(0.75 - middle - i * 2.8 * hole, top + middle, hole));
    }
    chisel.cut(circle(left + middle, shortLeg - middle * 0.9, hole));
    if (random.nextBoolean()) { // a stiffening rib across the corner
      chisel.wire(
          new Line2D.Double(left + middle, top + width * 0.9, left + width * 0.9, top + middle),
          0.1,
          level,
          0.7);
    }
  }
}
