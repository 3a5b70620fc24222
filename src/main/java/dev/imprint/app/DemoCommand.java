package dev.imprint.app;

import dev.imprint.demo.BeltStream;
import dev.imprint.demo.Demo;
import dev.imprint.demo.DemoSettings;
import dev.imprint.demo.FolderStream;
import dev.imprint.demo.Learning;
import dev.imprint.demo.PictureStream;
import dev.imprint.demo.Scene;
import dev.imprint.event.Clients;
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
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description = {
      "Show what Imprint does, with nothing else at hand.",
      "Starts a Kafka broker and the service in this process, draws parts on a conveyor belt, and"
          + " prints the predictions beside the truth until Ctrl-C.",
      "There is no model at first: an inspector labels some of the pictures, and models are trained"
          + " and take over. Then the light changes, and later a new kind of part comes along."
    },
    subcommands = DemoTrainHeadCommand.class)
final class DemoCommand implements Callable<Integer> {
  private static final int PICTURES_ONCE = 200;
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @Spec private CommandSpec spec;

  @Option(
      names = "--once",
      description =
          "Stop when all is learned, about two minutes; with --images after "
              + PICTURES_ONCE
              + " pictures. The exit code is 1 if a picture was lost or doubled, or something was not"
              + " learned in time.")
  private boolean once;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "12",
      description = "Pictures a second (${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--images",
      paramLabel = "FOLDER",
      description = "Stream your own pictures, not the belt's; unlabelled if there is no --head.")
  private @Nullable Path images;

  @Option(
      names = "--label-share",
      paramLabel = "N",
      defaultValue = "0.5",
      description = "Part of the belt's pictures that the inspector labels (${DEFAULT-VALUE}).")
  private double labelShare;

  @Option(
      names = "--head",
      paramLabel = "FILE",
      description = "A trained head to start with; none if left out.")
  private @Nullable Path head;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "7",
      description = "Other numbers give other pictures (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--bootstrap-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Of the broker, for your own clients; any that is free if left out.")
  private int bootstrapPort;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Of health and metrics; any that is free if left out.")
  private int httpPort;

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
    FolderStream folder = images == null ? null : new FolderStream(images);
    PrintWriter out = spec.commandLine().getOut();
    out.println("Starting a Kafka broker and the service in this process...");
    Path data = Files.createTempDirectory("imprint-demo");
    CountDownLatch finished = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(finished), "imprint-stop"));
    try (Service service = Service.startEmbedded(config(data), bootstrapPort)) {
      service.awaitReady(DEADLINE);
      out.println(
          "Kafka at %s, health and metrics at http://127.0.0.1:%d/"
              .formatted(service.config().kafka().bootstrapServers(), service.httpPort()));
      return run(service, folder, out);
    } finally {
      try {
        Utils.delete(data.toFile());
      } finally {
        finished.countDown();
      }
    }
  }

  private int run(Service service, @Nullable FolderStream folder, PrintWriter out)
      throws IOException, InterruptedException {
    Demo running = folder == null ? onBelt(service, out) : of(folder, service, out);
    demo = running;
    if (stopping) {
      return Imprint.FAILED;
    }
    List<String> faults = running.run().faults();
    faults.forEach(fault -> spec.commandLine().getErr().println("demo: " + fault));
    return faults.isEmpty() ? Imprint.DONE : Imprint.FAILED;
  }

  private Demo onBelt(Service service, PrintWriter out) {
    BeltStream belt = new BeltStream(seed, Scene.USUAL);
    DemoSettings settings = new DemoSettings(rate, DemoSettings.ENDLESS, DEADLINE, once);
    return demo(service, belt, settings, Learning.onBelt(belt, labelShare, seed), out);
  }

  private Demo of(FolderStream folder, Service service, PrintWriter out) {
    long count = once ? PICTURES_ONCE : DemoSettings.ENDLESS;
    DemoSettings settings = new DemoSettings(rate, count, DEADLINE, false);
    return demo(service, folder, settings, Learning.none(), out);
  }

  private static Demo demo(
      Service service,
      PictureStream pictures,
      DemoSettings settings,
      Learning learning,
      PrintWriter out) {
    return new Demo(
        new Clients(service.config().kafka()),
        service.config().topics(),
        pictures,
        settings,
        learning,
        new Demo.Output(out, Ansi.AUTO, System.console() != null));
  }

  /** On Ctrl-C: lets the start end, or the demo print its summary, and clear up, for a while. */
  private void interrupted(CountDownLatch finished) {
    stopping = true; // before it asks for the demo, which looks at it once it is there
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

  private ImprintConfig config(Path data) {
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
