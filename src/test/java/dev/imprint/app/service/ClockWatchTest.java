package dev.imprint.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.model.CheckResult;
import dev.imprint.model.CheckResult.Status;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockWatchTest {
  @RegisterExtension static final BrokerExtension broker = new BrokerExtension();

  @ParameterizedTest
  @CsvSource({"PT20M, ahead of", "PT-20M, behind"})
  void shouldSayThatTheClocksDriftApartBeforeTheBrokersRefuseRecords(Duration off, String how)
      throws Exception {
    try (ClockWatch watch = new ClockWatch(config(), Clock.offset(Clock.systemUTC(), off))) {
      watch.look();

      assertThat(watch.check().status()).isEqualTo(Status.DEGRADED);
      assertThat(watch.check().cause()).contains("s " + how + " the brokers'").contains("NTP");
    }
  }

  @Test
  void shouldBeUpWhereTheClocksAgree() throws Exception {
    try (ClockWatch watch = new ClockWatch(config(), Clock.systemUTC())) {
      watch.look();

      assertThat(watch.check()).isEqualTo(CheckResult.UP);
    }
  }

  private static ImprintConfig config() {
    return ImprintConfig.DEFAULTS.withBootstrapServers(broker.bootstrapServers());
  }
}
