package dev.imprint.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.imprint.pipeline.PredictionsConfig;
import dev.imprint.pipeline.ServingConfig.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class ConfigReaderTest extends ConfigReaderSteps {
  @Test
  void shouldHaveEveryKeyWithItsDefaultInTheReferenceFile() throws IOException {
    JsonNode reference = new YAMLMapper().readTree(Path.of("config/imprint.yaml").toFile());

    assertThat(leaves(reference, ""))
        .containsExactlyInAnyOrderElementsOf(leaves(ConfigReader.defaults(), ""));
    assertThat(reader.read(Path.of("config/imprint.yaml"), Map.of()))
        .isEqualTo(ImprintConfig.DEFAULTS);
  }

  @Test
  void shouldGiveEachKeyOfTheReferenceFileALineOfWhy() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("config/imprint.yaml"));

    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).matches("\\s*\\w+: .+")) {
        assertThat(lines.get(i - 1)).as("before " + lines.get(i)).matches("\\s*# .{5,}");
      }
    }
  }

  @Test
  void shouldTakeTheDefaultsWithoutAFile() {
    assertThat(reader.read(null, Map.of())).isEqualTo(ImprintConfig.DEFAULTS);
  }

  @Test
  void shouldBringEachKeyToItsRecord() throws IOException {
    ImprintConfig config =
        read(
            """
            application_id: sorter
            kafka:
              bootstrap_servers: a:1,b:2
              properties: {security.protocol: SSL, retries: 3}
            topics: {prefix: plant.}
            data: /var/lib/imprint
            backbone: mine.yaml
            next_backbone: other.yaml
            images: {max_bytes: 10, max_pixels: 20, truncated: refuse}
            serving:
              head: belt.head
              without_head: hold
              delivery: at_least_once
              max_batch: 8
              linger_ms: 3
              commit_interval_ms: 4
              threads: 3
              threshold: 0.5
              top: 1
            predictions: {format: avro}
            sampling: {random: 0.25}
            learning:
              label_window_hours: 24
              feedback_wait_seconds: 5
              max_picture_bytes: 70000
              threads: 3
            buffer:
              max_per_label: 7
              max_labels: 8
              max_examples: 9
              embed_batch: 2
              embed_pause_ms: 3
              cache_entries: 1
              unlabelled: 2
            training:
              enabled: false
              new_labels: 2
              min_wait_minutes: 1
              max_wait_minutes: 3
              accuracy_drop: 0.25
              max_backoff: 4
              epochs: 5
              patience: 2
              batch_size: 6
              optimizer: sgd
              learning_rate: 0.25
              momentum: 0.5
              weight_decay: 0.5
              label_smoothing: 0.125
              class_weights: capped
              hidden:
                units: [64, 32]
                activation: silu
                dropout: 0.25
                batch_norm: false
              search: true
              search_seconds: 30
              seed: 9
              augmentation:
                views: 2
                flip: vertical
                rotation: 0.25
                zoom: 0.5
                crop: 0.5
                translation: 0.5
                brightness: 0.5
                contrast: 0.5
                blur: 1.5
              fine_tune:
                when: never
                auto:
                  new_labels: 10
                  last_heads: 2
                  gain_below: 0.5
                from: block6a_
                last_blocks: 3
                views: 1
                epochs: 4
                patience: 2
                batch_size: 16
                learning_rate: 0.0001
                block_factor: 0.5
                weight_decay: 0.125
                warm_up: 0.25
                clip_norm: 2.0
                dropout: 0.5
                averaged: 2
                memory_mb: 2048
                max_disk_mb: 512
                max_silence_minutes: 3
              gate:
                min_labels: 3
                min_training: 2
                folds_below: 10
                new_label_tolerance: 0.25
                recall_drop: 0.5
                recall_drop_from: 7
                when_unsure: keep
            rollout: {pin: v7-15a7825e, keep_versions: 3}
            runs: {keep: 5}
            tensorflow: {device: gpu, threads: 6}
            http:
              host: 0.0.0.0
              port: 0
              auth: proxy
              users: [{name: ada, role: operate}]
              tokens: [{name: robot, role: label, hash: '0000000000000000000000000000000000000000000000000000000000000001'}]
              session_hours: 1
              session_key_file: key
              proxy: {addresses: [10.0.0.0/8], user_header: X-User, role: look}
              names: [imprint.example.org]
              tls: {certificate: cert.pem, key: key.pem}
            metrics: {kafka: all}
            log: {format: json, level: debug}
            """);

    for (String key : leaves(ConfigReader.defaults(), "")) {
      assertThat(leaves(ConfigReader.tree(config), "")).as("still the default").doesNotContain(key);
    }
    assertThat(config.kafka().properties())
        .containsOnly(Map.entry("security.protocol", "SSL"), Map.entry("retries", "3"));
    assertThat(config.serving().delivery()).isEqualTo(Delivery.AT_LEAST_ONCE);
    assertThat(config.predictions().format()).isEqualTo(PredictionsConfig.PredictionFormat.AVRO);
    assertThat(config.log().level()).isEqualTo(Level.DEBUG);
    assertThat(config.data()).isEqualTo(Path.of("/var/lib/imprint"));
  }

  @Test
  void shouldPutTheCommandLineOverTheFile() throws IOException {
    Path file = write("kafka: {bootstrap_servers: 'a:1', properties: {x: file, y: file}}");

    ImprintConfig config =
        reader.read(
            file,
            Map.of(
                "kafka.bootstrap_servers", "b:2",
                "kafka.properties", Map.of("x", "flag"),
                "data", "elsewhere"));

    assertThat(config.kafka().bootstrapServers()).isEqualTo("b:2");
    assertThat(config.kafka().properties()).isEqualTo(Map.of("x", "flag", "y", "file"));
    assertThat(config.data()).isEqualTo(Path.of("elsewhere"));
  }

  @Test
  void shouldLeaveTheDefaultsUnderAnEmptyFileAndEmptySections() throws IOException {
    assertThat(read("")).isEqualTo(ImprintConfig.DEFAULTS);
    assertThat(read("serving:\nhttp:\n")).isEqualTo(ImprintConfig.DEFAULTS);
  }

  @Test
  void shouldInterpolateVariablesAndFiles() throws IOException {
    Path secret = Files.writeString(dir.resolve("secret"), SECRET + "\n");

    ImprintConfig config =
        read(
            """
            http: {port: "${env:PORT}"}
            kafka:
              properties:
                ssl.key.password: a-${env:SECRET}-b
                ssl.truststore.password: ${file:%s}
            """
                .formatted(secret));

    assertThat(config.http().port()).isEqualTo(81);
    assertThat(config.kafka().properties())
        .containsEntry("ssl.key.password", "a-" + SECRET + "-b")
        .containsEntry("ssl.truststore.password", SECRET);
    assertThat(config.toString()).contains("ssl.key.password").doesNotContain(SECRET);
  }

  private static List<String> leaves(JsonNode node, String at) {
    List<String> leaves = new ArrayList<>();
    if (node instanceof ObjectNode section && !section.isEmpty()) {
      section.properties().forEach(f -> leaves.addAll(leaves(f.getValue(), at + "/" + f.getKey())));
    } else {
      leaves.add(at + " = " + (node.isArray() ? node : node.asText()));
    }
    return leaves;
  }
}
