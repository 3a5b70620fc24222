package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.Position;
import dev.imprint.buffer.UnlabelledPicture;
import dev.imprint.event.Json;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.training.evaluation.Learned;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The examples that a version learned from and was judged on: JSON lines, the examples first, then
 * pictures without labels, both sorted by image id.
 */
public final class Manifest {
  /**
   * A picture.
   *
   * @param sha256 of its bytes, hex
   * @param label null if it has none
   * @param group which decides the fold that it is in; null for none, and in manifests of builds
   *     that did not write it
   * @param at on the topic of images, if it has no label; otherwise null
   */
  record ManifestLine(
      String imageId,
      String sha256,
      @Nullable String label,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String group,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Position at) {}

  private Manifest() {}

  static byte[] write(List<Example> examples, List<UnlabelledPicture> unlabelled) {
    Stream<ManifestLine> labelled =
        examples.stream()
            .map(e -> new ManifestLine(e.imageId(), e.sha256(), e.label(), e.group(), null));
    Stream<ManifestLine> others =
        unlabelled.stream()
            .map(
                picture ->
                    new ManifestLine(
                        picture.imageId(), picture.sha256(), null, null, picture.at()));
    Comparator<ManifestLine> byId = Comparator.comparing(ManifestLine::imageId);
    return bytes(Stream.concat(labelled.sorted(byId), others.sorted(byId)).toList());
  }

  /**
   * With the labels as they are called now, and without examples of retired ones.
   *
   * @throws IOException if it is not a manifest
   */
  public static byte[] under(LabelChanges changes, byte[] manifest) throws IOException {
    List<ManifestLine> lines = new ArrayList<>();
    for (ManifestLine line : lines(manifest)) {
      String now = line.label() == null ? null : changes.of(line.label());
      if (now != null || line.label() == null) {
        lines.add(new ManifestLine(line.imageId(), line.sha256(), now, line.group(), line.at()));
      }
    }
    return bytes(lines);
  }

  private static byte[] bytes(List<ManifestLine> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ManifestLine line : lines) {
      bytes.writeBytes(Json.encode(line));
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }

  /**
   * Whether a manifest lists just these examples, whatever pictures without labels it lists.
   *
   * @throws IOException if it is not a manifest
   */
  public static boolean lists(byte[] manifest, List<Example> examples) throws IOException {
    byte[] expected = write(examples, List.of());
    return manifest.length >= expected.length
        && Arrays.equals(manifest, 0, expected.length, expected, 0, expected.length)
        && labels(manifest).size() == examples.size();
  }

  /**
   * The labels by image id.
   *
   * @throws IOException if it is not a manifest
   */
  public static Map<String, String> labels(byte[] manifest) throws IOException {
    Map<String, String> labels = new HashMap<>();
    for (ManifestLine line : lines(manifest)) {
      if (line.label() != null) {
        labels.put(line.imageId(), line.label());
      }
    }
    return labels;
  }

  /**
   * The examples learned from, by the picture's digest, with labels as they are called now.
   *
   * @throws IOException if it is not a manifest
   */
  public static Map<String, Learned> learned(byte[] manifest, LabelChanges changes)
      throws IOException {
    Map<String, Learned> learned = new HashMap<>();
    for (ManifestLine line : lines(manifest)) {
      if (line.label() != null) {
        learned.put(line.sha256(), new Learned(changes.named(line.label()), line.group()));
      }
    }
    return learned;
  }

  /**
   * @throws IOException if it is not a manifest
   */
  static List<ManifestLine> lines(byte[] manifest) throws IOException {
    List<ManifestLine> lines = new ArrayList<>();
    for (String text : new String(manifest, UTF_8).lines().toList()) {
      lines.add(Json.decode(text.getBytes(UTF_8), ManifestLine.class));
    }
    return lines;
  }
}
