package dev.imprint.demo;

import dev.imprint.demo.belt.BeltPicture;
import dev.imprint.demo.belt.BeltRenderer;
import dev.imprint.demo.belt.Scene;
import java.util.SplittableRandom;

/** Pictures of the belt, with ids belt-1, belt-2 …; the same seed gives the same pictures. */
public final class BeltStream implements PictureStream {
  private final BeltRenderer renderer;
  private volatile Scene scene;
  private long count;

  public BeltStream(long seed, Scene scene) {
    this.renderer = new BeltRenderer(new SplittableRandom(seed));
    this.scene = scene;
  }

  /** Changes the scene from the next picture on; may be called from any thread. */
  public void show(Scene next) {
    scene = next;
  }

  @Override
  public BeltPicture next() {
    return renderer.next("belt-" + ++count, scene);
  }
}
