package dev.imprint.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.ExamplePictures;
import dev.imprint.event.Sha256;
import dev.imprint.event.TopFile;
import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.TestNetwork;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.tuning.TuningExample;
import dev.imprint.tensorflow.tuning.TuningProgress;
import dev.imprint.training.evaluation.Learned;
import dev.imprint.training.gate.Champion;
import dev.imprint.training.selection.Split;
import dev.imprint.tuning.TuningFailedException;
import dev.imprint.tuning.TuningOutcome;
import dev.imprint.tuning.TuningReport;
import dev.imprint.tuning.TuningRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a tuner that trains nothing, and a network that sees what is right. */
class FineTuneTrainerTest {
  private static final String TRUNK = "trunk";
  private static final TunedTop TOP =
      new TunedTop(
          TRUNK,
          List.of(new TunedTop.Weight("block7", "block7/0", List.of(2), new float[] {1, 2})));

  @TempDir private Path dir;

  private final List<Example> examples = new ArrayList<>();
  private final List<TuningRequest> requests = new ArrayList<>();
  private final List<Network> opened = new ArrayList<>();
  private final Network trunk = new Network(TRUNK);
  private @Nullable TuningFailedException failure;

  /** Its embeddings say which label is right, in the tuned network only. */
  private final class Network extends TestNetwork {
    Network(String id) {
      super(id, TRUNK, 2);
    }

    @Override
    public Backbone tuned(byte[] weights) throws IOException {
      Network network =
          new Network(TopFile.digest(TopFile.read(new ByteArrayInputStream(weights))));
      opened.add(network);
      return network;
    }
  }

  private static final class Stored implements ExamplePictures {
    @Override
    public Map<String, Path> files(
        List<Example> some, Path folder, long mostBytes, IntConsumer progress) throws IOException {
      Map<String, Path> files = new HashMap<>();
      for (Example each : some) {
        files.put(each.imageId(), Files.write(folder.resolve(each.sha256()), new byte[] {1}));
      }
      return files;
    }

    @Override
    public List<Example> seenBy(Backbone backbone, List<Example> some, IntConsumer progress) {
      return some.stream().map(each -> each.embeddedAs(right(each.label()))).toList();
    }
  }

  private static Embedding right(String label) {
    return label.equals("gear") ? Embedding.of(9, 0) : Embedding.of(0, 9);
  }

  @Test
  void shouldCarryTheNetworkThatItsHeadWasTrainedWith() throws Exception {
    add("gear", 40);
    add("nut", 40);

    Candidate candidate = train(null);

    Candidate.TunedNetwork network = Objects.requireNonNull(candidate.network());
    assertThat(network.trunkId()).isEqualTo(TRUNK);
    assertThat(candidate.trunkId()).isEqualTo(TRUNK);
    assertThat(candidate.head().backboneId()).isEqualTo(TopFile.digest(TOP));
    assertThat(opened).hasSize(1).allMatch(each -> each.isClosed());
    assertThat(candidate.judgement().promoted()).isTrue();
    assertThat(candidate.judgement().challenger().accuracy()).isOne();
    assertThat(candidate.judgement().reason())
        .contains("fine-tuned: 1 layers from block7 on, validation accuracy 0.500 -> 0.750");
    assertThat(candidate.training().configuration())
        .containsEntry("fine_tune.views", "3")
        .containsEntry("augmentation.views", "3")
        .containsEntry("layers_learned", "top")
        .doesNotContainKey("fine_tune.memory_mb");
    assertThat(candidate.examples()).hasSize(80);
  }

  @Test
  void shouldKeepTheHoldoutFromWhatLearnsAndLeaveNoPictureBehind() throws Exception {
    add("gear", 40);
    add("nut", 40);

    train(null);

    Map<Split, Set<String>> bySide =
        examples.stream()
            .collect(
                Collectors.groupingBy(
                    Split::of, Collectors.mapping(Example::sha256, Collectors.toSet())));
    List<TuningExample> learned = requests.get(0).examples();
    assertThat(learned)
        .extracting(TuningExample::sha256)
        .doesNotContainAnyElementsOf(bySide.get(Split.HOLDOUT))
        .containsAll(bySide.get(Split.TRAINING));
    assertThat(learned.stream().filter(TuningExample::validation))
        .extracting(TuningExample::sha256)
        .containsExactlyInAnyOrderElementsOf(bySide.get(Split.VALIDATION));
    assertThat(requests.get(0).recipe().augmentation().views()).isEqualTo(3);
    assertThat(dir.resolve("tuning")).doesNotExist();
  }

  @Test
  void shouldNotReplaceAHeadThatKnowsTheSameLabelsUnlessItIsBetter() throws Exception {
    add("gear", 40);
    add("nut", 40);
    DenseHead equal =
        new DenseHead(TRUNK, List.of("gear", "nut"), new float[] {1, 0, 0, 1}, new float[2]);

    Candidate candidate =
        train(
            new Champion(
                equal, List.of(), Learned.byDigest(examples), Champion.Reembedding.SAME, false));

    assertThat(candidate.judgement().promoted()).isFalse();
    assertThat(candidate.judgement().reason()).contains("too few pictures to tell");
  }

  @Test
  void shouldSayWhyTheTuningFailed() {
    add("gear", 40);
    add("nut", 40);
    failure = new TuningFailedException("it was killed");

    assertThatThrownBy(() -> train(null))
        .isInstanceOf(IOException.class)
        .hasMessage("the fine-tuning failed: it was killed");
    assertThat(dir.resolve("tuning")).doesNotExist();
    assertThat(opened).isEmpty();
  }

  @Test
  void shouldRemovePicturesThatAKilledRunHasLeft() throws Exception {
    Path left = Files.createDirectories(dir.resolve("tuning").resolve("pictures"));
    Files.write(left.resolve("forgotten"), new byte[] {1});

    trainer().clean();

    assertThat(dir.resolve("tuning")).doesNotExist();
  }

  private FineTuneTrainer trainer() {
    return new FineTuneTrainer(
        TrainingConfig.DEFAULTS,
        null,
        ImageLimits.DEFAULT,
        TensorFlowConfig.DEFAULT,
        dir.resolve("tuning"),
        this::tune,
        () -> 0);
  }

  private Candidate train(@Nullable Champion champion) throws Exception {
    return trainer()
        .train(
            examples,
            new Stored(),
            trunk,
            champion,
            List.of(),
            new FineTuneTrainer.Listener() {
              @Override
              public void waiting(int pictures) {}

              @Override
              public void progress(TuningProgress progress) {}
            });
  }

  private TuningOutcome tune(TuningRequest request, Path folder, TuningProgress.Listener listener)
      throws TuningFailedException {
    requests.add(request);
    assertThat(request.examples()).allMatch(each -> Files.exists(each.picture()));
    if (failure != null) {
      throw failure;
    }
    DenseHead head =
        new DenseHead(
            TopFile.digest(TOP),
            List.of("gear", "nut"),
            new float[] {1, 0, 0, 1},
            new float[] {0, 0});
    return new TuningOutcome(
        TOP,
        head,
        new TuningReport(
            new Epoch.Validation(1, 0.5),
            List.of(new Epoch.Validation(0.5, 0.75)),
            new Epoch.Validation(0.5, 0.75),
            false,
            0,
            List.of("top"),
            Map.of(),
            0,
            "cpu"));
  }

  private void add(String label, int count) {
    for (int i = 0; i < count; i++) {
      String id = "%s-%03d".formatted(label, i);
      String sha256 = Sha256.hex(id.getBytes(StandardCharsets.UTF_8));
      // As the pretrained network sees it: the right label, and noise that keeps copies apart.
      float[] embedding = right(label).numbers();
      embedding[0] += (i % 7) * 0.5f;
      embedding[1] += (i % 5) * 0.5f;
      examples.add(new Example(id, label, sha256, null, Instant.EPOCH, Embedding.of(embedding)));
    }
  }
}
