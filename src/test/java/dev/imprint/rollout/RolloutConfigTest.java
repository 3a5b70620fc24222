package dev.imprint.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.InvalidSettingException;
import org.junit.jupiter.api.Test;

class RolloutConfigTest {
  @Test
  void shouldFollowTheRolloutAndKeepTwentyVersionsByDefault() {
    assertThat(RolloutConfig.DEFAULTS).isEqualTo(new RolloutConfig(null, 20));
  }

  @Test
  void shouldNameTheKeyAndTheFixOfAWrongSetting() {
    assertThatThrownBy(() -> new RolloutConfig(" ", 20))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("rollout.pin")
        .hasMessageContaining("null");
    assertThatThrownBy(() -> new RolloutConfig(null, 0))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("rollout.keep_versions")
        .hasMessageContaining("at least 1");
  }
}
