package dev.imprint.pipeline;

import static dev.imprint.model.CheckResult.Status.DOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.CheckResult;
import dev.imprint.pipeline.PartState.Closed;
import dev.imprint.pipeline.PartState.Dead;
import dev.imprint.pipeline.PartState.Failed;
import dev.imprint.pipeline.PartState.Running;
import dev.imprint.pipeline.PartState.Starting;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartStateTest {
  private static final RuntimeException FIRST = new IllegalStateException("first");
  private static final RuntimeException SECOND = new IllegalStateException("second");

  private final KafkaStreams streams = streams();

  @AfterEach
  void close() {
    streams.close();
  }

  private static KafkaStreams streams() {
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "localhost:1");
    return new KafkaStreams(new Topology().addSource("source", "topic"), properties);
  }

  @Test
  void shouldRunOnceKafkaStreamsRunsIfNoWorkHadFailed() {
    assertThat(new Starting(null).runs(streams)).isInstanceOf(Running.class);
    assertThat(new Starting(new Failed(FIRST, false)).runs(streams)).isInstanceOf(Running.class);
  }

  @Test
  void shouldWaitForWorkThatGoesThroughWhereWorkHadFailed() {
    PartState again = new Starting(new Failed(FIRST, true));

    assertThat(again.runs(streams)).isSameAs(again);
    assertThat(again.check().status()).isEqualTo(DOWN);
    assertThat(again.check().cause()).contains("first");
    assertThat(again.worked(streams)).isInstanceOf(Running.class);
  }

  @Test
  void shouldRememberThatWorkHadFailedOverAFailureOfAnotherKind() {
    PartState failed = new Starting(new Failed(FIRST, true)).failed(SECOND, false);

    assertThat(failed).isEqualTo(new Failed(SECOND, true));
  }

  @Test
  void shouldNotTakeTheEndOfWhatFailedForAFailureOfItsOwnNorItsLastWorkForRecovery() {
    PartState failed = new Running(streams).failed(FIRST, true);

    assertThat(failed.ended()).isSameAs(failed);
    assertThat(failed.worked(streams)).isSameAs(failed);
    assertThat(failed.runs(streams)).isSameAs(failed);
  }

  @Test
  void shouldFailWhereKafkaStreamsEndsByItself() {
    CheckResult check = new Running(streams).ended().check();

    assertThat(check.cause()).contains("stopped unexpectedly");
    assertThat(check.restartHelps()).isFalse();
  }

  @Test
  void shouldStayDeadOrClosedWhateverComes() {
    for (PartState end : new PartState[] {new Dead(FIRST), new Closed()}) {
      assertThat(end.failed(SECOND, true)).isSameAs(end);
      assertThat(end.ended()).isSameAs(end);
      assertThat(end.runs(streams)).isSameAs(end);
      assertThat(end.worked(streams)).isSameAs(end);
    }
    assertThat(new Dead(FIRST).check().restartHelps()).isTrue();
  }
}
