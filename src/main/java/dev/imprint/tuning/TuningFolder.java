package dev.imprint.tuning;

import dev.imprint.event.HeadFile;
import dev.imprint.event.Json;
import dev.imprint.event.TopFile;
import dev.imprint.model.TunedTop;
import dev.imprint.model.head.DenseHead;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that parent and child exchange. */
record TuningFolder(Path path) {
  void write(TuningRequest request) throws IOException {
    Files.write(request(), Json.encode(request));
  }

  TuningRequest readRequest() throws IOException {
    return Json.decode(Files.readAllBytes(request()), TuningRequest.class);
  }

  /** The report comes last: with it, the result is complete. */
  void write(TunedTop top, DenseHead head, TuningReport report) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(top()))) {
      TopFile.write(top, out);
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(head()))) {
      HeadFile.write(head, out);
    }
    Files.write(report(), Json.encode(report));
  }

  TuningOutcome readOutcome() throws IOException {
    return new TuningOutcome(
        TopFile.read(top()),
        HeadFile.read(head()).head(),
        Json.decode(Files.readAllBytes(report()), TuningReport.class));
  }

  /** Of an earlier run. */
  void removeOutcome() throws IOException {
    Files.deleteIfExists(report());
    Files.deleteIfExists(top());
    Files.deleteIfExists(head());
  }

  private Path request() {
    return path.resolve("request.json");
  }

  private Path top() {
    return path.resolve("top.avro");
  }

  private Path head() {
    return path.resolve("head.avro");
  }

  private Path report() {
    return path.resolve("report.json");
  }
}
