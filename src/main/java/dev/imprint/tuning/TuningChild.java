package dev.imprint.tuning;

import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import dev.imprint.tensorflow.tuning.FineTuner;
import dev.imprint.tensorflow.tuning.TunableNetwork;
import dev.imprint.tensorflow.tuning.TunedNetwork;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process that fine-tunes; {@link TuningProcess} starts it. */
final class TuningChild {
  static final int DONE = 0;
  static final int FAILED = 1;
  private static final Logger LOG = LoggerFactory.getLogger(TuningChild.class);

  private final TuningFolder folder;
  private final ProgressLines lines;

  private TuningChild(TuningFolder folder, ProgressLines lines) {
    this.folder = folder;
    this.lines = lines;
  }

  /**
   * @param args the folder with the request, and how many bytes activations may take
   */
  public static void main(String[] args) {
    ParentWatch.start(System.in);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever libraries print must not come between our lines
    ProgressLines lines = new ProgressLines(out, System::nanoTime);
    TuningFolder folder = new TuningFolder(Path.of(args[0]));
    // Not by returning: TensorFlow's threads and the watch would keep the process.
    Runtime.getRuntime().halt(new TuningChild(folder, lines).run(Long.parseLong(args[1])));
  }

  private int run(long mostDiskBytes) {
    try {
      tune(folder.readRequest(), mostDiskBytes);
      return DONE;
    } catch (OutOfMemoryError e) { // JavaCPP's, of native memory; Java's own ends the process
      lines.fail(
          "it ran out of memory (%s): raise training.fine_tune.memory_mb, or lower batch_size"
              .formatted(e.getMessage()));
    } catch (IOException | InterruptedException | RuntimeException e) {
      LOG.error("Fine-tuning failed", e);
      lines.fail(String.valueOf(e.getMessage() == null ? e : e.getMessage()));
    }
    return FAILED;
  }

  private void tune(TuningRequest request, long mostDiskBytes)
      throws IOException, InterruptedException {
    TensorFlowRuntime.requireDevice(request.tensorflow());
    var description = request.description();
    FineTuner tuner =
        new FineTuner(
            TunableNetwork.of(description, request.part()),
            request.settings(),
            request.head(),
            request.tensorflow(),
            folder.path(),
            mostDiskBytes);
    TunedNetwork tuned;
    try (TensorFlowImageDecoder decoder =
        new TensorFlowImageDecoder(
            description.pictureInput(), request.images(), request.tensorflow())) {
      tuned = tuner.tune(decoder, request.examples(), request.recipe(), lines);
    }
    folder.write(
        tuned.top(),
        tuned.head(),
        new TuningReport(
            tuned.before(),
            tuned.epochs(),
            tuned.chosen(),
            tuned.averaged(),
            tuned.leftOut(),
            tuned.layersLearned(),
            lines.seconds(),
            TensorFlowRuntime.peakBytes(),
            TensorFlowRuntime.device(request.tensorflow())));
  }
}
