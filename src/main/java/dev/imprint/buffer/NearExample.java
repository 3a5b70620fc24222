package dev.imprint.buffer;

import dev.imprint.model.Claim;
import dev.imprint.model.head.DotProduct;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * A labelled picture that looks like another one.
 *
 * @param cosine of the angle between both last layers' numbers, -1..1
 * @param copy location of its picture on the topic of pictures
 */
public record NearExample(Example example, double cosine, Claim copy) {
  private record Measured(Example example, double cosine) {}

  /**
   * The examples that look most like a picture, the nearest first; compares with each of them.
   *
   * @param picture numbers of the embedding's last layer, by the snapshot's backbone
   * @param which examples count
   * @param most how many
   * @param topic of pictures
   */
  public static List<NearExample> of(
      BufferSnapshot snapshot, float[] picture, Predicate<Example> which, int most, String topic) {
    Comparator<Measured> byCosine = Comparator.comparingDouble(Measured::cosine);
    PriorityQueue<Measured> nearest = new PriorityQueue<>(byCosine);
    for (Example example : snapshot.examples()) {
      if (which.test(example)) {
        nearest.add(
            new Measured(example, DotProduct.cosine(picture, example.embedding().lastLayer())));
        if (nearest.size() > most) {
          nearest.remove();
        }
      }
    }
    Map<String, Double> cosines = new LinkedHashMap<>();
    List<Example> ordered = new ArrayList<>();
    nearest.stream()
        .sorted(byCosine.reversed())
        .forEach(
            each -> {
              cosines.put(each.example().imageId(), each.cosine());
              ordered.add(each.example());
            });
    return snapshot.stored(ordered).stream()
        .map(
            stored ->
                new NearExample(
                    stored.example(),
                    cosines.getOrDefault(stored.example().imageId(), 0.0),
                    stored.picture().claim(topic)))
        .toList();
  }
}
