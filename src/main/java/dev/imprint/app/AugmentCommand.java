package dev.imprint.app;

import dev.imprint.app.config.FileErrors;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.sending.ImageFile;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.augmentation.Augmentation;
import dev.imprint.augmentation.ContactSheet;
import dev.imprint.augmentation.Recipe;
import dev.imprint.event.Sha256;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.terminal.ExitCodes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "augment",
    description = {
      "Draw the views of pictures that a head would learn from (training.augmentation).",
      "Each row of the sheet shows a picture as the backbone sees it, then its views, drawn by"
          + " the code that trains. Needs no Kafka."
    })
final class AugmentCommand implements Callable<Integer> {
  private static final int MOST_ROWS = 12;
  private static final int VIEWS = 3;
  private static final int SIDE = 224;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Parameters(
      paramLabel = "PATH",
      description = "A picture, or a folder: then " + MOST_ROWS + " of its pictures at most.")
  private Path path;

  @Option(
      names = "--preview",
      paramLabel = "SHEET",
      required = true,
      description = "PNG file to write; replaced if it exists.")
  private Path sheet;

  @Option(
      names = "--views",
      paramLabel = "NUMBER",
      description =
          "Views of each picture; training.augmentation.views by default, or "
              + VIEWS
              + " if that is 0.")
  private @Nullable Integer views;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Seed of the views; training.seed by default.")
  private @Nullable Long seed;

  @Override
  public Integer call() throws IOException {
    ImprintConfig config = kafka.config();
    Augmentation augmentation = augmentation(config);
    if (!sheet.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw wrong("--preview is %s: name a file that ends with .png".formatted(sheet));
    }
    Recipe recipe =
        new Recipe(augmentation, seed == null ? config.training().seed() : seed.longValue());
    List<ImageFile> found = ImageFile.find(List.of(path));
    PrintWriter err = spec.commandLine().getErr();
    List<List<Pixels>> rows = rows(found, recipe, config, err);
    if (rows.isEmpty()) {
      throw new CommandFailedException("none of the files in %s is a picture".formatted(path));
    }
    write(ContactSheet.of(rows, SIDE));
    if (config.training().augmentation().views() == 0) {
      err.println("training.augmentation.views is 0: training does not use views yet");
    }
    spec.commandLine()
        .getOut()
        .println(
            "%s: %d of %d pictures, %d views of each"
                .formatted(sheet, rows.size(), found.size(), augmentation.views()));
    return ExitCodes.DONE;
  }

  private void write(BufferedImage image) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    try {
      Files.write(sheet, png.toByteArray());
    } catch (IOException e) {
      throw new CommandFailedException(
          "--preview %s: cannot be written: %s; name a file in a folder that exists"
              .formatted(sheet, FileErrors.reason(e)),
          e);
    }
  }

  private Augmentation augmentation(ImprintConfig config) {
    Augmentation set = config.training().augmentation();
    int number = views != null ? views : set.views() == 0 ? VIEWS : set.views();
    if (number < 1 || number > Augmentation.MOST_VIEWS) {
      throw wrong("--views is %d: set 1 to %d views".formatted(number, Augmentation.MOST_VIEWS));
    }
    return set.withViews(number);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Of pictures spread over the folder, since neighbours often look alike. */
  private static List<List<Pixels>> rows(
      List<ImageFile> files, Recipe recipe, ImprintConfig config, PrintWriter err) {
    ModelFiles models = new ModelFiles(config);
    List<List<Pixels>> rows = new ArrayList<>();
    try (TensorFlowImageDecoder decoder =
        new TensorFlowImageDecoder(
            models.description().pictureInput(), models.budget(), config.tensorflow())) {
      int most = Math.min(MOST_ROWS, files.size());
      for (int row = 0; row < most; row++) {
        ImageFile file = files.get((int) ((long) row * files.size() / most));
        try {
          rows.add(row(file.read(config.images().maxBytes()), recipe, decoder));
        } catch (IOException | RejectedException e) {
          err.println("%s: left out: %s".formatted(file.path(), e.getMessage()));
        }
      }
    }
    return rows;
  }

  private static List<Pixels> row(byte[] picture, Recipe recipe, ImageDecoder decoder)
      throws RejectedException {
    Pixels original = decoder.decode(picture);
    List<Pixels> row = new ArrayList<>(List.of(original));
    recipe
        .views(Sha256.hex(picture), recipe.augmentation().views())
        .forEach(view -> row.add(view.of(original)));
    return row;
  }
}
