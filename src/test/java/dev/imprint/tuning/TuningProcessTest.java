package dev.imprint.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.augmentation.Recipe;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.LearningPart;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.tuning.FineTuneSettings;
import dev.imprint.tensorflow.tuning.TuningExample;
import dev.imprint.tensorflow.tuning.TuningNetwork;
import dev.imprint.tensorflow.tuning.TuningPictures;
import dev.imprint.tensorflow.tuning.TuningProgress;
import dev.imprint.tensorflow.tuning.TuningProgress.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TuningProcessTest {
  private static final TensorFlowConfig CPU = new TensorFlowConfig(TensorFlowConfig.Device.CPU, 1);
  private static final TuningLimits LIMITS = new TuningLimits(1024, 100, Duration.ofMinutes(2));

  @TempDir private Path dir;

  static TuningRequest request(List<TuningExample> examples) {
    return request(null, examples);
  }

  private static TuningRequest request(@Nullable Path yaml, List<TuningExample> examples) {
    return new TuningRequest(
        yaml,
        LearningPart.lastBlocks(2),
        new FineTuneSettings(2, 2, 8, 1e-3f, 0.9f, 0.01f, 0.1f, 1, 0.1f, 2),
        HeadTraining.withSeed(1),
        CPU,
        ImageLimits.DEFAULT,
        new Recipe(Augmentation.DEFAULTS.withViews(1), 1),
        examples);
  }

  @Test
  void shouldReturnATopThatServes() throws Exception {
    Path yaml = TuningNetwork.write(dir);
    List<TuningExample> examples = TuningPictures.write(dir, 40);
    List<TuningProgress> progress = new ArrayList<>();

    TuningOutcome outcome =
        new TuningProcess(LIMITS).run(request(yaml, examples), dir, progress::add);

    assertThat(progress).extracting(TuningProgress::phase).containsSubsequence(Phase.values());
    assertThat(outcome.report().epochs()).hasSize(2);
    assertThat(outcome.report().seconds()).containsKeys(Phase.values());
    assertThat(outcome.report().device()).isEqualTo("cpu");
    try (KerasBackbone tuned =
        KerasBackbone.open(
            BackboneDescription.load(yaml),
            PictureBudget.of(ImageLimits.DEFAULT),
            CPU,
            outcome.top())) {
      assertThat(tuned.id()).isEqualTo(outcome.head().backboneId());
      assertThat(tuned.dimension()).isEqualTo(outcome.head().dimension());
    }
  }

  @Test
  void shouldSayWhyTheChildFailed() throws Exception {
    Path yaml = TuningNetwork.write(dir);
    List<TuningExample> examples = TuningPictures.write(dir, 1).subList(0, 1);

    assertThatThrownBy(
            () -> new TuningProcess(LIMITS).run(request(yaml, examples), dir, progress -> {}))
        .isInstanceOf(TuningFailedException.class)
        .hasMessageContaining("fine-tuning needs readable examples of at least two labels");
  }

  @Test
  void shouldUnpackNativeLibrariesWhereTheServiceDoes() {
    String before = System.setProperty("org.bytedeco.javacpp.cachedir", "/elsewhere");
    try {
      TuningProcess process = new TuningProcess(LIMITS, BadChild.Telling.class);

      assertThatThrownBy(() -> process.run(request(List.of()), dir, progress -> {}))
          .hasMessageContaining("cachedir /elsewhere");
    } finally {
      if (before == null) {
        System.clearProperty("org.bytedeco.javacpp.cachedir");
      } else {
        System.setProperty("org.bytedeco.javacpp.cachedir", before);
      }
    }
  }

  static List<Arguments> badChildren() {
    return List.of(
        Arguments.of(BadChild.Crashing.class, "native code crashed: "),
        Arguments.of(BadChild.Greedy.class, "it ran out of Java heap (256 MiB"),
        Arguments.of(BadChild.Killed.class, "it was killed, probably by the operating system"),
        Arguments.of(BadChild.Chatting.class, "cannot be read or written: there is no such file"));
  }

  @ParameterizedTest
  @MethodSource("badChildren")
  void shouldOutliveAChildThatEndsBadly(Class<?> child, String reason) {
    List<TuningProgress> progress = new ArrayList<>();
    TuningProcess process = new TuningProcess(LIMITS, child);

    assertThatThrownBy(() -> process.run(request(List.of()), dir, progress::add))
        .isInstanceOf(TuningFailedException.class)
        .hasMessageContaining(reason);
    assertThat(progress).hasSize(1);
  }

  @Test
  void shouldFailIfNativeMemoryIsShort() throws Exception {
    Path yaml = TuningNetwork.write(dir);
    List<TuningExample> examples = TuningPictures.write(dir, 4);
    TuningProcess process = new TuningProcess(LIMITS, ShortOfMemory.class);

    assertThatThrownBy(() -> process.run(request(yaml, examples), dir, progress -> {}))
        .isInstanceOf(TuningFailedException.class)
        .hasMessageContaining("it ran out of memory (")
        .hasMessageContaining("raise training.fine_tune.memory_mb");
  }

  /** The real child, with less memory than TensorFlow itself takes. */
  static final class ShortOfMemory {
    private ShortOfMemory() {}

    public static void main(String[] args) {
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "50m");
      System.setProperty("org.bytedeco.javacpp.maxRetries", "1");
      TuningChild.main(args);
    }
  }

  @Test
  void shouldKillAChildThatMakesNoProgress() {
    TuningProcess process =
        new TuningProcess(
            new TuningLimits(1024, 100, Duration.ofSeconds(15)), BadChild.Hanging.class);
    List<ProcessHandle> children = new ArrayList<>();

    assertThatThrownBy(
            () -> process.run(request(List.of()), dir, progress -> children.addAll(children())))
        .isInstanceOf(TuningFailedException.class)
        .hasMessageContaining("it made no progress for 15 s and was killed");
    assertThat(children).isNotEmpty().noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void shouldEndTheChildWhenCancelled() throws Exception {
    CompletableFuture<List<ProcessHandle>> started = new CompletableFuture<>();
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    TuningProcess process = new TuningProcess(LIMITS, BadChild.Hanging.class);
    Thread thread =
        new Thread(
            () -> {
              try {
                process.run(request(List.of()), dir, progress -> started.complete(children()));
              } catch (TuningFailedException | InterruptedException e) {
                ended.complete(e);
              }
            });
    thread.start();
    List<ProcessHandle> children = started.get(1, TimeUnit.MINUTES);

    thread.interrupt();

    assertThat(ended.get(1, TimeUnit.MINUTES)).isInstanceOf(InterruptedException.class);
    assertThat(children).isNotEmpty().noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void shouldEndWithItsParent() throws Exception {
    Path pid = dir.resolve("pid");
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                BadChild.Parent.class.getName(),
                dir.toString(),
                pid.toString())
            .inheritIO()
            .start();
    try {
      await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(pid));
      ProcessHandle child = ProcessHandle.of(Long.parseLong(Files.readString(pid))).orElseThrow();

      parent.destroyForcibly();

      assertThat(ended(child)).isTrue();
    } finally {
      parent.destroyForcibly();
    }
  }

  private static boolean ended(ProcessHandle process) throws Exception {
    try {
      process.onExit().get(1, TimeUnit.MINUTES);
      return true;
    } catch (ExecutionException e) {
      return !process.isAlive();
    }
  }

  @Test
  void shouldRefuseLessMemoryThanTensorFlowTakes() {
    assertThatThrownBy(() -> new TuningLimits(1000, 1, Duration.ofMinutes(1)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(
            "training.fine_tune.memory_mb is 1000: set at least 1024; TensorFlow alone takes half of"
                + " that");
  }

  private static List<ProcessHandle> children() {
    return ProcessHandle.current().children().toList();
  }
}
