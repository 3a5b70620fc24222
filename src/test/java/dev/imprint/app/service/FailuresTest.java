package dev.imprint.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void shouldDescribeWhatAFutureFailedWith() {
    assertThat(Failures.describe(new ExecutionException(new IllegalStateException("no leader"))))
        .isEqualTo("no leader");
  }

  @Test
  void shouldNameAllCausesOnce() {
    IOException cause = new IOException("the disk is full");

    assertThat(Failures.describe(new IOException("cannot write", cause)))
        .isEqualTo("IOException: cannot write; IOException: the disk is full");
  }
}
