package dev.imprint.tensorflow.session;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteDeviceList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListCount;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListName;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionListDevices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;

/**
 * TensorFlow's environment on this machine.
 *
 * @param version of the native library
 * @param devices TensorFlow's names, such as {@code /job:localhost/replica:0/task:0/device:CPU:0}
 * @param instructionSets CPU instruction sets that speed up networks, fastest first, by their Linux
 *     names; empty if the operating system does not list them
 */
public record TensorFlowRuntime(
    String version, List<String> devices, List<String> instructionSets) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final List<String> SPEEDY =
      List.of("amx_bf16", "avx512_bf16", "avx512_vnni", "avx512f", "avx2", "fma", "bf16", "asimd");

  public TensorFlowRuntime {
    devices = List.copyOf(devices);
    instructionSets = List.copyOf(instructionSets);
  }

  /** Loads the native library (seconds, the first time) and queries it. */
  public static TensorFlowRuntime probe() {
    return new TensorFlowRuntime(TensorFlow.version(), listDevices(), readInstructionSets());
  }

  /**
   * Architecture and instruction sets, such as {@code amd64 avx2 fma}: results differ in their last
   * bits between processors.
   */
  public static String processor() {
    return String.join(
        " ",
        Stream.concat(Stream.of(System.getProperty("os.arch")), readInstructionSets().stream())
            .toList());
  }

  /** Threads of one operation under this configuration. */
  public static int threads(TensorFlowConfig config) {
    return config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
  }

  /** Whether the CPU has instructions for bfloat16. */
  public boolean hasBf16() {
    return hasBf16(instructionSets);
  }

  /** The same of this machine, without loading the native library. */
  public static boolean hasBf16Instructions() {
    return hasBf16(readInstructionSets());
  }

  private static boolean hasBf16(List<String> instructionSets) {
    return instructionSets.stream().anyMatch(set -> set.endsWith("bf16"));
  }

  public boolean hasGpu() {
    return devices.stream().anyMatch(name -> name.contains("device:GPU"));
  }

  /** Where networks run under this configuration: cpu or gpu. */
  public static String device(TensorFlowConfig config) {
    return config.device() != TensorFlowConfig.Device.CPU && probe().hasGpu() ? "gpu" : "cpu";
  }

  /**
   * Memory that is resident and private to this process, in bytes; 0 if the operating system does
   * not report it.
   */
  public static long residentBytes() {
    return Pointer.physicalBytes();
  }

  /** The most memory that this process has had resident; 0 if the operating system does not say. */
  public static long peakBytes() {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalArgumentException if the configured device is not available
   */
  public static void requireDevice(TensorFlowConfig config) {
    if (config.device() == TensorFlowConfig.Device.GPU && !probe().hasGpu()) {
      throw new IllegalArgumentException(
          "tensorflow.device is gpu, but TensorFlow sees no GPU: build with the Maven profile"
              + " gpu on a machine with an NVIDIA driver, or set tensorflow.device to auto");
    }
  }

  /** The Java API cannot list devices, so this calls the C API that it is built on. */
  private static List<String> listDevices() {
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      TF_Session session =
          TF_Session.newSession(TF_Graph.newGraph(), TF_SessionOptions.newSessionOptions(), status);
      status.throwExceptionIfNotOK();
      TF_DeviceList list = TF_SessionListDevices(session, status);
      status.throwExceptionIfNotOK();
      try {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < TF_DeviceListCount(list); i++) {
          names.add(TF_DeviceListName(list, i, status).getString());
          status.throwExceptionIfNotOK();
        }
        return names;
      } finally {
        TF_DeleteDeviceList(list);
      }
    }
  }

  private static List<String> readInstructionSets() {
    if (!Files.isReadable(CPU_INFO)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      List<String> flags =
          lines
              .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
              .findFirst()
              .map(line -> Arrays.asList(line.split("\\s+")))
              .orElse(List.of());
      return SPEEDY.stream().filter(flags::contains).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
