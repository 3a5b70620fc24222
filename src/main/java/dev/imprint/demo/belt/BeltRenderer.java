package dev.imprint.demo.belt;

import java.awt.geom.AffineTransform;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Draws pictures of parts on a conveyor belt, one part in the middle of each. The same generator in
 * the same state gives the same bytes. Not thread-safe; needs no display.
 */
public final class BeltRenderer {
  private static final int BELTS = 4;
  private static final int[][] SIZES = {{320, 240}, {360, 270}, {400, 300}, {480, 360}};
  private static final double CLUTTER = 0.35;

  private final RandomGenerator random;
  private final List<BeltSurface> belts;
  private final Camera camera;

  public BeltRenderer(RandomGenerator random) {
    this.random = random;
    belts = Stream.generate(() -> new BeltSurface(random)).limit(BELTS).toList();
    camera = new Camera(random);
  }

  /** A random part of the scene, with the given id. */
  public BeltPicture next(String id, Scene scene) {
    Part part = scene.parts().get(random.nextInt(scene.parts().size()));
    return new BeltPicture(id, draw(part, scene), part.label(), scene);
  }

  /** The bytes of an image file, 320 × 240 to 480 × 360, that shows the part. */
  public byte[] draw(Part part, Scene scene) {
    int[] size = SIZES[random.nextInt(SIZES.length)];
    Frame frame = new Frame(size[0], size[1]);
    BeltSurface belt = belts.get(random.nextInt(BELTS));
    belt.layInto(frame, random);
    Light light = scene.light().varied(random);
    Shading shading = new Shading(light, belt);
    if (random.nextDouble() < CLUTTER) {
      Part other = scene.parts().get(random.nextInt(scene.parts().size()));
      place(frame, shading, other, clutterPose(frame));
    }
    place(frame, shading, part, pose(frame));
    return camera.shoot(frame, light);
  }

  private void place(Frame frame, Shading shading, Part part, Pose pose) {
    Relief relief = Relief.of(part, pose.transform(), pose.radius(), random);
    shading.shadow(frame, relief, pose.radius());
    shading.part(frame, relief, Metal.any(random));
  }

  private record Pose(double x, double y, double radius, AffineTransform transform) {}

  /** Somewhere around the middle, entirely or almost entirely in the picture. */
  private Pose pose(Frame frame) {
    double radius = frame.height() * random.nextDouble(0.2, 0.44);
    double x = frame.width() * 0.5 + random.nextGaussian(0, 0.07) * frame.width();
    double y = frame.height() * 0.5 + random.nextGaussian(0, 0.05) * frame.height();
    return pose(x, y, radius);
  }

  /** Another part partly visible at the picture's edge. */
  private Pose clutterPose(Frame frame) {
    double radius = frame.height() * random.nextDouble(0.2, 0.4);
    double x = random.nextBoolean() ? -0.55 * radius : frame.width() + 0.55 * radius;
    return pose(x, random.nextDouble(frame.height()), radius);
  }

  private Pose pose(double x, double y, double radius) {
    AffineTransform transform = AffineTransform.getTranslateInstance(x, y);
    // A tilted camera squeezes and shears the picture.
    transform.rotate(random.nextDouble(2 * Math.PI));
    transform.scale(1, random.nextDouble(0.7, 1));
    transform.shear(random.nextGaussian(0, 0.07), 0);
    transform.rotate(random.nextDouble(2 * Math.PI));
    transform.scale(radius, radius);
    return new Pose(x, y, radius, transform);
  }
}
