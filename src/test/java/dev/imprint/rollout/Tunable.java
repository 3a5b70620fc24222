package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.DenseHead;
import dev.imprint.model.UnaskedBackbone;
import dev.imprint.training.Candidate;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backbone that opens networks of any weights but {@link #TOO_LARGE}. Thread-safe. */
public final class Tunable implements UnaskedBackbone {
  static final byte[] TOO_LARGE = "too large".getBytes(UTF_8);

  /** Those opened so far, in order. */
  final List<Tuned> opened = new CopyOnWriteArrayList<>();

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
  public Tuned tuned(byte[] weights) throws IOException {
    if (new String(weights, UTF_8).equals(new String(TOO_LARGE, UTF_8))) {
      throw new IOException("it needs 3 GiB of memory, and 1 GiB is free");
    }
    Tuned tuned = new Tuned(tunedId(weights));
    opened.add(tuned);
    return tuned;
  }

  @Override
  public String id() {
    return Versions.BACKBONE;
  }

  @Override
  public int dimension() {
    return 4;
  }

  /** A network opened for a version. */
  static final class Tuned implements UnaskedBackbone {
    private final String id;
    volatile boolean closed;

    private Tuned(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public String trunkId() {
      return Versions.BACKBONE;
    }

    @Override
    public int dimension() {
      return 4;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
