package dev.imprint.tensorflow;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Files that some machines have next to the repository; elsewhere, tests that need them are
 * skipped.
 */
public final class Shared {
  private Shared() {}

  public static Path require(String relative) {
    Path shared = Path.of(Optional.ofNullable(System.getenv("IMPRINT_SHARED")).orElse("../shared"));
    Path path = shared.resolve(relative);
    assumeThat(Files.exists(path)).as("needs %s (or set IMPRINT_SHARED)", path).isTrue();
    return path;
  }
}
