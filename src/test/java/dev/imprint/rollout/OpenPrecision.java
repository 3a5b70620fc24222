package dev.imprint.rollout;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.InBf16;
import dev.imprint.model.backbone.TestNetwork;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backbone whose precision is left open; it opens in bf16 if there is enough memory. */
final class OpenPrecision extends TestNetwork {
  private final boolean enoughMemory;

  /** In bf16, in order. */
  final List<TestNetwork> opened = new CopyOnWriteArrayList<>();

  OpenPrecision(boolean enoughMemory) {
    super(Versions.BACKBONE, Versions.BACKBONE, 4);
    this.enoughMemory = enoughMemory;
  }

  @Override
  public boolean offersBf16() {
    return true;
  }

  @Override
  public Backbone inBf16() throws IOException {
    if (!enoughMemory) {
      throw new IOException("it needs 3 GiB of memory, and 1 GiB is free");
    }
    TestNetwork fast = new TestNetwork(id(), id(), 4);
    opened.add(fast);
    return new InBf16(this, fast);
  }
}
