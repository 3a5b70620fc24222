package dev.imprint.app.backbone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.doctor.SelfTest;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.buffer.BufferSurvey;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.pipeline.ServingConfig;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "estimate",
    description = {
      "Estimate the cost of switching to another backbone: the time to re-embed the buffer, and"
          + " memory.",
      "Reads the buffer, opens both backbones and embeds a few pictures on this machine. Changes"
          + " nothing."
    })
final class BackboneEstimateCommand implements Callable<Integer> {
  /** Heap that an example takes on the leader in addition to its embedding. */
  private static final int EXAMPLE_BYTES = 1024;

  /** Disk space that an embedding takes in addition to its numbers: its picture's digest. */
  private static final int DIGEST_BYTES = 32;

  private static final double MEGABYTE = 1e6;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Parameters(
      paramLabel = "FILE",
      description = "YAML file of the next backbone, or the Keras file beside it.")
  private Path file;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  /**
   * The JSON form; its fields are fixed.
   *
   * @param pictures number in the buffer
   * @param millisPerPicture time to read back, decode and embed one, measured here
   * @param seconds time to read and embed the buffer
   * @param residentBytes resident memory of this process with only the current backbone; 0 if the
   *     system does not report it
   * @param residentBothBytes the same with both, each after batches like serving's
   * @param heapBytes heap that the embeddings take on the leader
   * @param cacheBytes disk space that the embeddings take on the leader
   */
  record Estimate(
      String backbone,
      int dimension,
      int pictures,
      double millisPerPicture,
      double seconds,
      long residentBytes,
      long residentBothBytes,
      long heapBytes,
      long cacheBytes) {}

  @Override
  public Integer call() throws IOException {
    ImprintConfig config = kafka.config();
    requireBuffer(config);
    BackboneDescription description = BackboneVerifyCommand.description(file);
    String id = BackboneVerifyCommand.usable(description::id);
    try (KerasBackbone current = new ModelFiles(config).openBackbone()) {
      if (id.equals(current.id())) {
        throw new CommandFailedException(
            file + " is the backbone already configured: name the next one");
      }
      long alone = residentAfterWork(current, config.serving());
      try (KerasBackbone next = BackboneVerifyCommand.usable(() -> open(description, config))) {
        long both = residentAfterWork(next, config.serving());
        print(estimate(config, next, alone, both));
      }
    } catch (RejectedException e) {
      throw new IOException("the self-test failed: " + e.getMessage(), e);
    }
    return ExitCodes.DONE;
  }

  /** Opens it like the service; the caller must close it. */
  private static KerasBackbone open(BackboneDescription description, ImprintConfig config) {
    return KerasBackbone.open(description, PictureBudget.of(config.images()), config.tensorflow());
  }

  private static void requireBuffer(ImprintConfig config) {
    Topics topics = config.topics();
    TopicSetup.require(config, topics.labels(), topics.pictures());
  }

  private static Estimate estimate(ImprintConfig config, KerasBackbone next, long alone, long both)
      throws IOException, RejectedException {
    BufferSurvey survey =
        BufferSurvey.of(KafkaOptions.clients(config), config.topics(), config.buffer(), next);
    double each = survey.secondsPerPicture();
    if (survey.sampled() == 0) { // there is no picture, or none that can be embedded
      int batch = config.buffer().embedBatch();
      each = new SelfTest(next).time(batch).toNanos() / 1e9 / batch;
    }
    long numbers = (long) survey.pictures() * Embedding.bytes(next.layers());
    return new Estimate(
        next.id(),
        next.dimension(),
        survey.pictures(),
        each * 1e3,
        survey.readSeconds() + survey.pictures() * each,
        alone,
        both,
        numbers + (long) survey.pictures() * EXAMPLE_BYTES,
        numbers + (long) survey.pictures() * DIGEST_BYTES);
  }

  /** Resident memory after batches on all threads: it grows to that and stays there. */
  private static long residentAfterWork(KerasBackbone backbone, ServingConfig serving)
      throws IOException, RejectedException {
    SelfTest test = new SelfTest(backbone);
    IntStream.range(0, serving.threads()).parallel().forEach(i -> test.time(serving.maxBatch()));
    System.gc(); // garbage must not be measured
    return TensorFlowRuntime.residentBytes();
  }

  private void print(Estimate found) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new String(Json.encode(found), UTF_8));
      return;
    }
    out.println(
        "backbone %s: embeddings of %,d numbers"
            .formatted(OpenBackbones.shortened(found.backbone()), found.dimension()));
    out.println(
        "re-embedding the buffer's %,d pictures: %.0f s, at %.1f ms per picture on this machine"
            .formatted(found.pictures(), found.seconds(), found.millisPerPicture()));
    if (found.residentBytes() > 0) {
      out.println(
          "memory: %.0f MB with the current backbone alone, %.0f MB with both: %.0f MB more"
              .formatted(
                  found.residentBytes() / MEGABYTE,
                  found.residentBothBytes() / MEGABYTE,
                  (found.residentBothBytes() - found.residentBytes()) / MEGABYTE));
    }
    out.println(
        "embeddings: %.1f MB of the leader's heap, %.1f MB of its disk"
            .formatted(found.heapBytes() / MEGABYTE, found.cacheBytes() / MEGABYTE));
  }
}
