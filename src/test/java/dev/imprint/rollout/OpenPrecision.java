package dev.imprint.rollout;

import dev.imprint.model.Backbone;
import dev.imprint.model.InBf16;
import dev.imprint.model.UnaskedBackbone;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backbone whose precision is left open; it opens in bf16 if there is enough memory. */
final class OpenPrecision implements UnaskedBackbone {
  private final boolean enoughMemory;

  /** In bf16, in order. */
  final List<Fast> opened = new CopyOnWriteArrayList<>();

  OpenPrecision(boolean enoughMemory) {
    this.enoughMemory = enoughMemory;
  }

  @Override
  public String id() {
    return Versions.BACKBONE;
  }

  @Override
  public int dimension() {
    return 4;
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
    Fast fast = new Fast();
    opened.add(fast);
    return new InBf16(this, fast);
  }

  /** The same in bf16. */
  static final class Fast implements UnaskedBackbone {
    volatile boolean closed;

    @Override
    public String id() {
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
