package dev.imprint.app;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/** The files passed to {@link UserErrorsTest}'s commands. */
record UserErrorFiles(Path dir) {
  private static final Path BACKBONES = Path.of("backbones");
  private static final Path CLASSIFIER = Path.of("src/test/resources/keras/colors.keras");
  private static final Path HEAD = Path.of("src/main/resources/dev/imprint/demo/belt.head");

  void write() throws IOException {
    Map.of(
            "hasty",
                "kafka: {properties: {default.api.timeout.ms: 1500, request.timeout.ms: 1500}}",
            "typo", "serving: {max_bach: 3}",
            "type", "serving: {max_batch: many}",
            "negative", "serving: {threads: -1}",
            "broken", "serving:\n  max_batch: 3\n threads: 2",
            "variable", "kafka: {bootstrap_servers: '${env:NO_SUCH_KAFKA}'}",
            "small", "images: {max_bytes: 50}",
            "no-yaml", "backbone: nowhere.yaml",
            "no-next", "next_backbone: nowhere.yaml")
        .forEach(this::settings);
    for (String prefix : new String[] {"other", "parted", "narrow", "described"}) {
      settings(prefix, "topics: {prefix: %s.}".formatted(prefix));
    }
    picture("belt.png", 8);
    picture("noise.png", 64);
    Files.createDirectories(dir.resolve("empty"));
    Files.createDirectories(dir.resolve("photos/nut"));
    Files.copy(dir.resolve("belt.png"), dir.resolve("photos/nut/1.png"));
    Files.copy(HEAD, dir.resolve("belt.head"));
    backbones();
  }

  private void backbones() throws IOException {
    byte[] network = Files.readAllBytes(BACKBONES.resolve("efficientnet-lite0.keras"));
    Files.write(dir.resolve("whole.keras"), network);
    Files.write(dir.resolve("cut.keras"), Arrays.copyOf(network, network.length / 2));
    Files.createDirectories(dir.resolve("saved-model"));
    backbone("picture", "belt.png", "whole");
    backbone("cut", "cut.keras", "whole");
    backbone("cut-whole", "cut.keras", "whole");
    Path undecided =
        dir.resolve("cut-whole-backbone.yaml"); // which layer to use has to be looked up
    Files.writeString(
        undecided, Files.readString(undecided).replaceFirst("(?m)^embedding_layers:.*$", ""));
    backbone("saved", "saved-model", "whole");
    backbone("lost", "lost.keras", "whole");
    backbone("same", "whole.keras", "whole");
    backbone("centered", "whole.keras", "center");
    Files.copy(CLASSIFIER, dir.resolve("colors.keras"));
    Files.writeString(dir.resolve("colors.pb"), "no Keras file");
    Files.writeString(dir.resolve("colors.txt"), "red\ngreen\nred\n");
    classifier("two-labels", "colors.keras", "[red, green]");
    classifier("same-labels", "colors.keras", "colors.txt");
    classifier("no-labels", "colors.keras", "names.txt");
    Files.writeString(dir.resolve("empty.txt"), "\n");
    classifier("empty-labels", "colors.keras", "empty.txt");
    classifier("frozen", "colors.pb", "[red, green, blue]");
  }

  private void classifier(String name, String file, String labels) throws IOException {
    Path description = dir.resolve(name + "-backbone.yaml");
    Files.writeString(description, "file: %s\ninput_size: 8\nlabels: %s\n".formatted(file, labels));
    settings(name, "backbone: " + description);
  }

  private void backbone(String name, String file, String crop) throws IOException {
    Path description = dir.resolve(name + "-backbone.yaml");
    Files.writeString(
        description,
        Files.readString(BACKBONES.resolve("efficientnet-lite0.yaml"))
            .replaceFirst("(?m)^file:.*$", "file: " + file)
            .replaceFirst("(?m)^crop:.*$", "crop: " + crop));
    settings(name, "backbone: " + description);
    settings("next-" + name, "next_backbone: " + description);
  }

  private void settings(String name, String yaml) {
    try {
      Files.writeString(dir.resolve(name + ".yaml"), yaml + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Noise, since it does not compress. */
  private void picture(String name, int side) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    ImageIO.write(image, "png", dir.resolve(name).toFile());
  }
}
