package dev.imprint.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaledPicturesTest {
  @TempDir Path cache;

  @Test
  void shouldGiveAJpegOfTheSizeWithoutEmptyBorders() throws IOException {
    byte[] scaled = new ScaledPictures(100, 60, cache).of(List.of(picture())).get(0);

    BufferedImage image = ImageIO.read(new ByteArrayInputStream(scaled));
    assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(100, 60);
    assertThat(List.of(image.getRGB(0, 0), image.getRGB(99, 59))).noneMatch(this::isBlack);
  }

  @Test
  void shouldScaleAPictureOnce() throws IOException {
    ScaledPictures pictures = new ScaledPictures(100, 60, cache);
    pictures.of(List.of(picture()));
    Path kept;
    try (Stream<Path> files = Files.walk(cache)) {
      kept = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    Files.write(kept, new byte[] {1});

    assertThat(pictures.of(List.of(picture()))).containsExactly(new byte[] {1});
  }

  private boolean isBlack(int rgb) {
    return (rgb & 0xFFFFFF) == 0;
  }

  private static byte[] picture() throws IOException {
    try (InputStream in = ScaledPicturesTest.class.getResourceAsStream("/pictures/rotated.jpg")) {
      return in.readAllBytes();
    }
  }
}
