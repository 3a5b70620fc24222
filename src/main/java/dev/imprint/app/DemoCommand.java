package dev.imprint.app;

import dev.imprint.app.config.ConfigReader;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.Service;
import dev.imprint.demo.BeltStream;
import dev.imprint.demo.Demo;
import dev.imprint.demo.DemoSettings;
import dev.imprint.demo.FolderStream;
import dev.imprint.demo.Learning;
import dev.imprint.demo.PictureStream;
import dev.imprint.demo.belt.Scene;
import dev.imprint.event.Clients;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Screen;
import dev.imprint.terminal.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description = {
      "See Imprint work, with nothing to set up.",
      "Starts a Kafka broker and the service in this process, draws parts on a conveyor belt,"
          + " and prints each prediction and whether it is right, until Ctrl-C.",
      "There is no model at first: an inspector labels some of the pictures, and models are"
          + " trained and put into service. Then the light changes, and later a new kind of"
          + " part appears."
    },
    subcommands = DemoTrainHeadCommand.class)
final class DemoCommand implements Callable<Integer> {
  private static final int PICTURES_ONCE = 200;
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @Spec private CommandSpec spec;

  @Option(
      names = "--once",
      description =
          "Stop once everything is learned, after about two minutes; with --images and nothing"
              + " to learn from, after "
              + PICTURES_ONCE
              + " pictures. The exit code is 1 if a picture was lost or answered twice, or if"
              + " something was not learned in time.")
  private boolean once;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "12",
      description = "Pictures per second (${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--images",
      paramLabel = "FOLDER",
      description =
          "Stream your own pictures instead of the belt's. With a folder for each label"
              + " (FOLDER/cat/1.jpg, FOLDER/dog/2.jpg), Imprint learns from the folder"
              + " names; otherwise the pictures are only classified.")
  private @Nullable Path images;

  @Option(
      names = "--label-share",
      paramLabel = "N",
      defaultValue = "0.5",
      description =
          "Fraction of the pictures to label, 0 to 1 (${DEFAULT-VALUE}). With --images, the rest"
              + " show how well the model does on pictures it was never shown.")
  private double labelShare;

  @Option(
      names = "--head",
      paramLabel = "FILE",
      description = "Trained head to start with; none by default.")
  private @Nullable Path head;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "7",
      description = "Seed of the pictures (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--bootstrap-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Port of the broker, for your own clients; any free port by default.")
  private int bootstrapPort;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Port for the page, health and metrics; any free port by default.")
  private int httpPort;

  @Option(names = "--open", description = "Open the page in a browser.")
  private boolean open;

  private volatile @Nullable Demo demo;
  private volatile boolean stopping;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(rate > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--rate is %s: set more than 0".formatted(rate));
    }
    if (!(labelShare >= 0 && labelShare <= 1)) {
      throw new ParameterException(
          spec.commandLine(), "--label-share is %s: set 0 to 1".formatted(labelShare));
    }
    FolderStream folder = images == null ? null : new FolderStream(images, seed);
    Path data = Files.createTempDirectory("imprint-demo");
    CountDownLatch finished = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(finished), "imprint-stop"));
    try (Screen screen = Screen.open(spec.commandLine().getOut())) {
      screen.print("Starting a Kafka broker and the service in this process...");
      return run(data, folder, screen);
    } finally {
      try {
        Utils.delete(data.toFile());
      } finally {
        finished.countDown();
      }
    }
  }

  private int run(Path data, @Nullable FolderStream folder, Screen screen)
      throws IOException, InterruptedException {
    try (Service service = Service.startEmbedded(config(data, folder), bootstrapPort)) {
      service.awaitReady(DEADLINE);
      String page = "http://127.0.0.1:%d/".formatted(service.httpPort());
      screen.print("Watch it in a browser: " + page);
      screen.print("Kafka at " + service.config().kafka().bootstrapServers());
      if (open) {
        open(page, screen);
      }
      Demo running = folder == null ? onBelt(service, screen) : of(folder, service, screen);
      demo = running;
      if (stopping) {
        return ExitCodes.FAILED;
      }
      List<String> faults = running.run().faults();
      PrintWriter err = spec.commandLine().getErr();
      faults.stream()
          .flatMap(fault -> Text.wrap("demo: " + fault, screen.width(), 4).stream())
          .forEach(err::println);
      return faults.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }
  }

  private static void open(String page, Screen screen) {
    try {
      Browser.open(page);
    } catch (IOException e) {
      screen.print("Cannot open a browser: " + e.getMessage());
    }
  }

  private Demo onBelt(Service service, Screen screen) {
    BeltStream belt = new BeltStream(seed, Scene.USUAL);
    DemoSettings settings = new DemoSettings(rate, DemoSettings.ENDLESS, DEADLINE, once);
    return demo(service, belt, settings, Learning.onBelt(belt, labelShare, seed), screen);
  }

  private Demo of(FolderStream folder, Service service, Screen screen) {
    String problem = problem(folder);
    if (problem != null) {
      screen.print(problem);
      long count = once ? PICTURES_ONCE : DemoSettings.ENDLESS;
      DemoSettings settings = new DemoSettings(rate, count, DEADLINE, false);
      return demo(service, folder, settings, Learning.none(), screen);
    }
    screen.print(
        folder.labels().entrySet().stream()
            .map(label -> "%s (%d)".formatted(Text.oneLine(label.getKey()), label.getValue()))
            .collect(Collectors.joining(", ", "Labels, from the folder names: ", "")));
    DemoSettings settings = new DemoSettings(rate, DemoSettings.ENDLESS, DEADLINE, once);
    return demo(service, folder, settings, Learning.fromFolder(folder, labelShare, seed), screen);
  }

  /** Why nothing can be learned from the folder; null if something can. */
  private @Nullable String problem(FolderStream folder) {
    String fix =
        ". To see Imprint learn, sort the pictures into one folder for each label, such as"
            + " %1$s/cat and %1$s/dog.".formatted(images);
    if (folder.labels().isEmpty()) {
      return "%s has no subfolders with pictures, so the pictures are only classified"
              .formatted(images)
          + fix;
    }
    if (folder.labels().size() == 1) {
      return "%s has pictures of only one label, '%s', so there is nothing to tell apart"
              .formatted(images, Text.oneLine(folder.labels().keySet().iterator().next()))
          + fix;
    }
    return labelShare == 0 ? "With --label-share 0, the pictures are only classified." : null;
  }

  private static Demo demo(
      Service service,
      PictureStream pictures,
      DemoSettings settings,
      Learning learning,
      Screen screen) {
    return new Demo(
        new Clients(service.config().kafka()),
        service.config().topics(),
        pictures,
        settings,
        learning,
        screen);
  }

  /**
   * On Ctrl-C: waits a while for startup to finish, or for the demo to print its summary, and for
   * cleanup.
   */
  private void interrupted(CountDownLatch finished) {
    stopping = true; // before reading demo, which checks this once it exists
    Demo running = demo;
    if (running != null) {
      running.stop();
    }
    try {
      finished.await(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ImprintConfig config(Path data, @Nullable FolderStream folder) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("data", data.toString());
    settings.put("http.port", httpPort);
    settings.put("log.level", "error");
    if (head != null) {
      settings.put("serving.head", head.toString());
    }
    ImprintConfig config = new ConfigReader(System::getenv).read(null, settings);
    Logging.configure(config.log());
    return config;
  }
}
