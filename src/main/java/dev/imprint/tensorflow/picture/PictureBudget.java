package dev.imprint.tensorflow.picture;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * The memory that unpacked pictures may take, with the limits of each: one budget for all decoders
 * of a process, so that neither a second backbone nor learning adds to it. Callers wait for room in
 * turn. Thread-safe.
 */
public final class PictureBudget {
  /** The most a pixel takes: in a progressive CMYK JPEG, cropped and resized. */
  private static final long MOST_BYTES_A_PIXEL = 16;

  /** The rest is for the batch, the buffer's embeddings and everything else. */
  private static final int PART_OF_HEAP = 3;

  private static final int MIB = 1 << 20;

  /**
   * Peak memory for unpacking a picture, in bytes.
   *
   * @param heap Java heap
   * @param outside native memory, used by TensorFlow
   */
  record Need(long heap, long outside) {
    Need and(long moreOutside) {
      return new Need(heap, outside + moreOutside);
    }
  }

  interface Unpacking<T> {
    T run() throws RejectedException, IOException;
  }

  private final ImageLimits limits;
  private final int heapMib;
  private final int outsideMib;
  private final Semaphore heap; // permits are MiB; fair, so that a large picture gets its turn
  private final Semaphore outside;

  /** Enough for any one picture within these limits. */
  public static PictureBudget of(ImageLimits limits) {
    return new PictureBudget(
        limits,
        Runtime.getRuntime().maxMemory() / PART_OF_HEAP,
        limits.maxPixels() * MOST_BYTES_A_PIXEL);
  }

  PictureBudget(ImageLimits limits, long heapBytes, long outsideBytes) {
    this.limits = limits;
    heapMib = mib(heapBytes);
    outsideMib = mib(outsideBytes);
    heap = new Semaphore(heapMib, true);
    outside = new Semaphore(outsideMib, true);
  }

  /** Limits of one picture. */
  ImageLimits limits() {
    return limits;
  }

  /**
   * Runs it once there is enough room.
   *
   * @throws RejectedException if there never will be
   */
  <T> T with(Need need, Unpacking<T> unpacking) throws RejectedException, IOException {
    int fromHeap = mib(need.heap());
    int fromOutside = mib(need.outside());
    require(fromHeap, heapMib, "of Java's heap, a third of which pictures may use: raise -Xmx");
    require(fromOutside, outsideMib, "of memory: raise images.max_pixels");
    heap.acquireUninterruptibly(fromHeap);
    try {
      outside.acquireUninterruptibly(fromOutside);
      try {
        return unpacking.run();
      } finally {
        outside.release(fromOutside);
      }
    } finally {
      heap.release(fromHeap);
    }
  }

  private static void require(int needed, int limit, String ofWhat) throws RejectedException {
    if (needed > limit) {
      throw new RejectedException(
          Rejection.TOO_MANY_PIXELS,
          "unpacking it takes %d MiB, the limit is %d MiB %s, or send a smaller picture"
              .formatted(needed, limit, ofWhat));
    }
  }

  /** Rounded up. */
  private static int mib(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes + MIB - 1) / MIB);
  }
}
