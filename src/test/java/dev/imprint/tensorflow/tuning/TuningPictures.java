package dev.imprint.tensorflow.tuning;

import dev.imprint.event.Sha256;
import dev.imprint.tensorflow.picture.TestPictures;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Noisy pictures of two kinds, which differ in where they are bright. */
public final class TuningPictures {
  private static final int SIDE = 16;
  private static final int NOISE = 200;

  private TuningPictures() {}

  /** As many of each kind; every fourth is for validation. */
  public static List<TuningExample> write(Path folder, int ofEach) throws IOException {
    Random random = new Random(3);
    List<TuningExample> examples = new ArrayList<>();
    for (int i = 0; i < ofEach; i++) {
      for (String label : List.of("left", "right")) {
        byte[] picture = TestPictures.encode(picture(label, random), "png");
        Path file = Files.write(folder.resolve(label + i + ".png"), picture);
        examples.add(new TuningExample(file, Sha256.hex(picture), label, i % 4 == 0));
      }
    }
    return examples;
  }

  private static BufferedImage picture(String label, Random random) {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        boolean bright = x < SIDE / 2 == label.equals("left");
        int value = (bright ? 55 : 0) + random.nextInt(NOISE);
        picture.setRGB(x, y, new Color(value, value, value).getRGB());
      }
    }
    return picture;
  }
}
