package dev.imprint.app.doctor;

import static java.util.Objects.requireNonNullElse;

import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.EmbeddingDifference;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.SelfTestPictures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the bundled pictures through decoder and backbone, to get their embeddings and the time that
 * they take here.
 */
public final class SelfTest {
  private static final int SINGLES = 5;

  private final KerasBackbone backbone;
  private final List<Pixels> pictures;

  /**
   * @throws IOException if the program was built without the pictures
   * @throws RejectedException if the decoder refuses one
   */
  public SelfTest(KerasBackbone backbone) throws IOException, RejectedException {
    this.backbone = backbone;
    this.pictures = SelfTestPictures.decode(backbone);
  }

  /** Compares with Keras' own results for the bundled backbone's last layer. */
  EmbeddingDifference againstKeras() throws IOException {
    return SelfTestPictures.againstKeras(ofLastLayer());
  }

  /** The difference between the other test's embeddings of the same pictures and these. */
  EmbeddingDifference difference(SelfTest other) {
    return SelfTestPictures.difference(ofLastLayer(), other.ofLastLayer());
  }

  private float[][] ofLastLayer() {
    Backbone last = requireNonNullElse(backbone.lastLayerAlone(), backbone);
    return last.embed(pictures);
  }

  /** Time of a batch on a warm model. */
  public Duration time(int images) {
    List<Pixels> batch = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      batch.add(pictures.get(i % pictures.size()));
    }
    backbone.embed(batch);
    int runs = images == 1 ? SINGLES : 1;
    long start = System.nanoTime();
    for (int run = 0; run < runs; run++) {
      backbone.embed(batch);
    }
    return Duration.ofNanos((System.nanoTime() - start) / runs);
  }
}
