package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentCommandTest {
  private static final Path PICTURES = Path.of("src/test/resources/pictures");
  private static final int CELL = 230;

  @TempDir Path directory;

  @Test
  void shouldDrawPicturesBesideTheirViews() throws Exception {
    Path sheet = directory.resolve("sheet.png");

    Cli cli = augment(PICTURES.toString(), "--preview", sheet.toString(), "--views", "4");

    assertThat(cli.exitCode()).as(cli.err()).isZero();
    assertThat(cli.err())
        .contains("embeddings.bin: left out: not an image")
        .contains("training.augmentation.views is 0");
    assertThat(cli.out()).contains("sheet.png: 8 of 10 pictures, 4 views of each");
    BufferedImage image = Objects.requireNonNull(ImageIO.read(sheet.toFile()));
    assertThat(image.getWidth()).isEqualTo(5 * CELL + 6);
    assertThat(image.getHeight()).isEqualTo(8 * CELL + 6);
    assertThat(cell(image, 0)).isNotEqualTo(cell(image, 1));
  }

  @Test
  void shouldDrawTheSameSheetForTheSameSeed() throws Exception {
    String picture = picture().toString();
    Path first = directory.resolve("1.png");
    Path again = directory.resolve("2.png");
    Path other = directory.resolve("3.png");

    augment(picture, "--preview", first.toString(), "--seed", "5");
    augment(picture, "--preview", again.toString(), "--seed", "5");
    augment(picture, "--preview", other.toString(), "--seed", "6");

    assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(first));
    assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(first));
  }

  @Test
  void shouldDrawWhatTheSettingsSay() throws Exception {
    Path sheet = directory.resolve("sheet.png");
    Path config =
        Files.writeString(
            directory.resolve("imprint.yaml"),
            """
            training:
              augmentation: {views: 1, flip: none, rotation: 0, zoom: 0, crop: 0, translation: 0,
                brightness: 0, contrast: 0, blur: 0.001}
            """);

    Cli cli =
        augment(picture().toString(), "--preview", sheet.toString(), "--config", config.toString());

    assertThat(cli.exitCode()).as(cli.err()).isZero();
    assertThat(cli.err()).isEmpty();
    BufferedImage image = Objects.requireNonNull(ImageIO.read(sheet.toFile()));
    assertThat(cell(image, 1)).as("hardly blurred at all").isEqualTo(cell(image, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nowhere.jpg | sheet.png | 3 | 1 | nowhere.jpg: no such file or folder
          pom.xml     | sheet.png | 3 | 1 | none of the files in pom.xml is a picture
          PICTURE     | sheet.jpg | 3 | 2 | --preview is sheet.jpg: name a file that ends with .png
          PICTURE     | sheet.png | 0 | 2 | --views is 0: set 1 to 16 views
          PICTURE     | no/where/sheet.png | 1 | 1 | --preview no/where/sheet.png: cannot be written
          """)
  void shouldSayWhatIsWrong(String path, String sheet, String views, int exitCode, String message)
      throws Exception {
    String its = path.equals("PICTURE") ? picture().toString() : path;

    Cli cli = augment(its, "--preview", sheet, "--views", views);

    assertThat(cli.exitCode()).isEqualTo(exitCode);
    assertThat(cli.err()).contains(message);
    assertThat(Path.of(sheet)).doesNotExist();
  }

  private static Cli augment(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "augment";
    System.arraycopy(args, 0, all, 1, args.length);
    return Cli.run(all);
  }

  private static Path picture() throws Exception {
    try (var files = Files.list(PICTURES)) {
      return files
          .filter(file -> file.toString().endsWith(".jpg"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  /** The pixels of a picture in the first row. */
  private static int[] cell(BufferedImage sheet, int column) {
    return sheet.getRGB(6 + column * CELL, 6, CELL - 6, CELL - 6, null, 0, CELL - 6);
  }
}
