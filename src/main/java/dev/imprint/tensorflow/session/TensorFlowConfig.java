package dev.imprint.tensorflow.session;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.RewriterConfig;

/**
 * How TensorFlow uses the machine.
 *
 * @param device where backbones run; pictures are always decoded on the CPU
 * @param threads CPU threads of one operation, 0 for the number of cores; TensorFlow takes it from
 *     the first session that a process opens, so it applies to the whole process
 */
public record TensorFlowConfig(Device device, int threads) {
  /** Where a backbone runs. */
  public enum Device {
    /** The GPU if TensorFlow sees one, else the CPU. */
    AUTO,
    CPU,
    /** The GPU, or an error. */
    GPU
  }

  /** The GPU if there is one, all cores. */
  public static final TensorFlowConfig DEFAULT = new TensorFlowConfig(Device.AUTO, 0);

  private static final int MOST_THREADS = 1024;

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public TensorFlowConfig {
    unless(
        threads >= 0 && threads <= MOST_THREADS,
        "tensorflow.threads",
        threads,
        "set 0 (all cores) or 1 to " + MOST_THREADS);
  }

  /**
   * For sessions that run a network.
   *
   * @param precision for bf16, TensorFlow rewrites the graph; it finds what to rewrite only if the
   *     batch norms are folded
   */
  public ConfigProto networkSession(Precision precision) {
    ConfigProto.Builder session = session(device != Device.CPU);
    if (precision == Precision.BF16) {
      session
          .getGraphOptionsBuilder()
          .getRewriteOptionsBuilder()
          .setAutoMixedPrecisionOnednnBfloat16(RewriterConfig.Toggle.ON);
    }
    return session.build();
  }

  /**
   * For sessions that train a head: many small steps, so each runs in the calling thread, except
   * for the parts that TensorFlow splits over the threads of one operation.
   */
  public ConfigProto trainingSession() {
    return session(device != Device.CPU).setInterOpParallelismThreads(-1).build();
  }

  /** For sessions that must not occupy a GPU. */
  public ConfigProto cpuSession() {
    return session(false).build();
  }

  /**
   * The same for work that may wait: it runs in the calling thread, and so at its priority. Not for
   * the first session of a process, which decides how many threads TensorFlow has.
   */
  public ConfigProto callersSession() {
    return session(false).setInterOpParallelismThreads(-1).build();
  }

  /**
   * For sessions that read a graph's content, each item once. On the CPU, since a GPU may round
   * products; and without optimizing the graph, which takes seconds per 100 MB of constants.
   */
  public static ConfigProto readingSession() {
    ConfigProto.Builder session = DEFAULT.session(false);
    session.getGraphOptionsBuilder().getRewriteOptionsBuilder().setDisableMetaOptimizer(true);
    return session.build();
  }

  private ConfigProto.Builder session(boolean gpu) {
    ConfigProto.Builder session =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(threads);
    if (gpu) {
      // Otherwise TensorFlow allocates all of the GPU's memory at once.
      return session.setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true));
    }
    return session.putDeviceCount("GPU", 0);
  }
}
