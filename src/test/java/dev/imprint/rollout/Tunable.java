package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.TestNetwork;
import dev.imprint.model.head.DenseHead;
import dev.imprint.training.Candidate;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backbone that opens networks of any weights but {@link #TOO_LARGE}. Thread-safe. */
public final class Tunable extends TestNetwork {
  static final byte[] TOO_LARGE = "too large".getBytes(UTF_8);

  /** Those opened so far, in order. */
  final List<TestNetwork> opened = new CopyOnWriteArrayList<>();

  public Tunable() {
    super(Versions.BACKBONE, Versions.BACKBONE, 4);
  }

  static String tunedId(byte[] weights) {
    return Versions.BACKBONE + "+" + new String(weights, UTF_8);
  }

  /** A head of a network with these weights, with which it is published. */
  public static Candidate candidate(byte[] weights, long seed) {
    DenseHead head = Versions.head(tunedId(weights), 4, 2, seed);
    Candidate trained = Versions.candidate(head, true);
    return new Candidate(
        head,
        List.of(),
        trained.training(),
        trained.judgement(),
        trained.examples(),
        List.of(),
        List.of(),
        new Candidate.TunedNetwork(Versions.BACKBONE, weights, 1, "top"));
  }

  @Override
  public Backbone tuned(byte[] weights) throws IOException {
    if (new String(weights, UTF_8).equals(new String(TOO_LARGE, UTF_8))) {
      throw new IOException("it needs 3 GiB of memory, and 1 GiB is free");
    }
    TestNetwork tuned = new TestNetwork(tunedId(weights), Versions.BACKBONE, 4);
    opened.add(tuned);
    return tuned;
  }
}
