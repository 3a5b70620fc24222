package dev.imprint.model.backbone;

/** A network, or one tuned from it, that tells whether it is closed. */
public class TestNetwork implements UnaskedBackbone {
  private final String id;
  private final String trunkId;
  private final int dimension;
  private volatile boolean closed;

  /** It is the trunk itself if the ids are the same. */
  public TestNetwork(String id, String trunkId, int dimension) {
    this.id = id;
    this.trunkId = trunkId;
    this.dimension = dimension;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String trunkId() {
    return trunkId;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public void close() {
    closed = true;
  }

  public boolean isClosed() {
    return closed;
  }
}
