package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.augmentation.Augmentation.Flip;
import dev.imprint.augmentation.Recipe;
import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferConfig;
import dev.imprint.buffer.BufferMetrics;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.ViewsToEmbed;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Sha256;
import dev.imprint.event.TopicLogs;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Candidate;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.training.evaluation.Evaluation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * How much views of the pictures gain a head with few labels and with all, and how long they take
 * to embed, the first time and with the cache of the time before. {@code bin/benchmark-head views}
 * runs it.
 */
final class ViewsBenchmark {
  private static final int SEEDS = 3;
  private static final int ALL_THERE_ARE = Integer.MAX_VALUE;
  private static final int[] A_CLASS = {10, 50, ALL_THERE_ARE};
  private static final int PICTURES = 500;
  private static final int NEW = 50;
  private static final Augmentation ALL = Augmentation.DEFAULTS.withViews(3);

  private static final Map<String, Augmentation> RECIPES = new LinkedHashMap<>();

  static {
    RECIPES.put("none", Augmentation.DEFAULTS);
    RECIPES.put("flip, 1 view", new Augmentation(1, Flip.HORIZONTAL, 0, 0, 0, 0, 0, 0, 0));
    RECIPES.put("flip, crop, 3 views", new Augmentation(3, Flip.HORIZONTAL, 0, 0, 0.2, 0, 0, 0, 0));
    RECIPES.put("all, 3 views", ALL);
  }

  private final PhotographFolders folders;
  private final Map<String, Embedding> known = new HashMap<>();

  private ViewsBenchmark(PhotographFolders folders) {
    this.folders = folders;
  }

  static void run(Path training, Path judging) throws Exception {
    try (PhotographFolders folders = PhotographFolders.open()) {
      new ViewsBenchmark(folders).seconds(training);
      new ViewsBenchmark(folders).accuracy(training, folders.embedded(judging));
    }
  }

  private static List<Path> files(Path folder, int seed) throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> files =
          new ArrayList<>(all.filter(f -> f.toString().endsWith(".jpg")).sorted().toList());
      Collections.shuffle(files, new Random(seed));
      return files;
    }
  }

  private void accuracy(Path training, List<Example> judged) throws Exception {
    System.out.println("| labels per class | views | accuracy | macro F1 | training, s |");
    System.out.println("|---|---|---|---|---|");
    for (int aClass : A_CLASS) {
      for (Map.Entry<String, Augmentation> recipe : RECIPES.entrySet()) {
        List<Double> accuracies = new ArrayList<>();
        double macroF1 = 0;
        double seconds = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
          TrainingConfig config =
              TrainingConfig.DEFAULTS.withSeed(seed).withAugmentation(recipe.getValue());
          Candidate candidate = train(config, material(config, drawn(training, aClass, seed)));
          Metrics metrics =
              Evaluation.metrics(
                  judged.stream().map(Example::label).toList(),
                  candidate
                      .head()
                      .predict(
                          judged.stream()
                              .map(example -> example.embedding().numbers())
                              .toArray(float[][]::new)));
          accuracies.add(metrics.accuracy());
          macroF1 += metrics.macroF1() / SEEDS;
          seconds += candidate.training().seconds() / SEEDS;
        }
        System.out.printf(
            Locale.ROOT,
            "| %s | %s | %.3f (%s) | %.3f | %.1f |%n",
            aClass == ALL_THERE_ARE ? "all" : aClass,
            recipe.getKey(),
            accuracies.stream().mapToDouble(a -> a).average().orElseThrow(),
            String.join(", ", accuracies.stream().map("%.3f"::formatted).toList()),
            macroF1,
            seconds);
      }
    }
  }

  private static List<Path> drawn(Path training, int aClass, int seed) throws Exception {
    Map<Path, Integer> counts = new HashMap<>();
    return files(training, seed).stream()
        .filter(file -> counts.merge(file.getParent(), 1, Integer::sum) <= aClass)
        .toList();
  }

  private Material material(TrainingConfig config, List<Path> files) throws Exception {
    List<Example> examples = new ArrayList<>();
    Map<String, List<Embedding>> views = new HashMap<>();
    Recipe recipe = config.recipe();
    for (Path file : files) {
      byte[] picture = Files.readAllBytes(file);
      String sha256 = Sha256.hex(picture);
      String label = label(file);
      Pixels original = folders.decoder().decode(picture);
      examples.add(
          new Example(
              file.toString(), label, sha256, null, Instant.EPOCH, embedded(sha256, original)));
      List<Embedding> its = new ArrayList<>();
      for (var view : recipe.views(sha256, config.augmentation().views())) {
        its.add(embedded(sha256 + view.name(), view.of(original)));
      }
      views.put(file.toString(), its);
    }
    return new Material(examples, List.of(), views);
  }

  /** The folder's name. */
  private static String label(Path file) {
    return file.getName(file.getNameCount() - 2).toString();
  }

  private Embedding embedded(String key, Pixels pixels) {
    KerasBackbone backbone = folders.backbone();
    return known.computeIfAbsent(
        key, k -> Embedding.of(backbone.embedEach(List.of(pixels))[0], backbone.layers()));
  }

  private Candidate train(TrainingConfig config, Material material) throws Exception {
    return new Trainer(new HeadTrainer(TensorFlowConfig.DEFAULT), config, "fp32", System::nanoTime)
        .train(material, null, List.of(), folders.backboneId(), HeadTrainer.EpochListener.NONE);
  }

  private void seconds(Path training) throws Exception {
    Path directory = Files.createTempDirectory("imprint-views");
    Topics topics = Topics.DEFAULTS;
    Recipe recipe = new Recipe(ALL, 1);
    EmbeddingSource source =
        new EmbeddingSource(
            Backbones.of(folders.backbone()), directory.resolve("embeddings"), recipe.id());
    List<Path> files = files(training, 1);
    try (var broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
      Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
      createTopics(clients, topics);
      try (Buffer buffer =
          new Buffer(BufferConfig.DEFAULTS, clients, topics, source, BufferMetrics.NOOP)) {
        buffer.start();
        label(clients, topics, files.subList(0, PICTURES));
        report("first", buffer, recipe);
        report("again", buffer, recipe);
        label(clients, topics, files.subList(PICTURES, PICTURES + NEW));
        report(NEW + " new", buffer, recipe);
      }
    }
  }

  private static void report(String what, Buffer buffer, Recipe recipe) throws Exception {
    long start = System.nanoTime();
    if (!buffer.awaitCaughtUp(Duration.ofMinutes(30), left -> {})) {
      throw new IllegalStateException(buffer.check().cause());
    }
    List<Example> examples = buffer.snapshot().examples();
    long embedded = System.nanoTime();
    buffer.pictures().views(new ViewsToEmbed(recipe, ALL.views(), examples), left -> {});
    System.out.printf(
        Locale.ROOT,
        "%s: %d pictures embedded in %.1f s, then %d views of each in %.1f s%n",
        what,
        examples.size(),
        (embedded - start) / 1e9,
        ALL.views(),
        (System.nanoTime() - embedded) / 1e9);
  }

  private static void createTopics(Clients clients, Topics topics) throws Exception {
    try (Admin admin = clients.admin()) {
      List<Topics.Spec> specs = topics.specs(8 << 20);
      admin
          .createTopics(
              specs.stream()
                  .map(t -> new NewTopic(t.name(), 1, (short) 1).configs(t.config()))
                  .toList())
          .all()
          .get();
      TopicLogs.await(
          admin, specs.stream().map(Topics.Spec::name).toList(), Duration.ofSeconds(30));
    }
  }

  private static void label(Clients clients, Topics topics, List<Path> files) throws Exception {
    try (Producer<byte[], byte[]> producer = clients.producer(16 << 20)) {
      for (Path file : files) {
        byte[] picture = Files.readAllBytes(file);
        String id = file.toString();
        String label = label(file);
        Claim claim = new Claim(topics.images(), 0, 0, Sha256.hex(picture));
        Label value = new Label(id, label, claim, null, "me", Instant.EPOCH, claim);
        producer.send(
            new ProducerRecord<>(topics.labels(), id.getBytes(UTF_8), Json.encode(value)));
        producer.send(new ProducerRecord<>(topics.pictures(), id.getBytes(UTF_8), picture)).get();
      }
    }
  }
}
