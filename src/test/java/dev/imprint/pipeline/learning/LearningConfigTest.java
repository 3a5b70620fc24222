package dev.imprint.pipeline.learning;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.InvalidSettingException;
import org.junit.jupiter.api.Test;

class LearningConfigTest {
  @Test
  void shouldNameKeyValueAndFixOfAWrongSetting() {
    assertThatThrownBy(() -> new LearningConfig(0, 600, 1 << 20, 1))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("learning.label_window_hours is 0: set 1");
    assertThatThrownBy(() -> new LearningConfig(168, 0, 1 << 20, 1))
        .hasMessageContaining("learning.feedback_wait_seconds is 0: set 1");
    assertThatThrownBy(() -> new LearningConfig(168, 600, 10, 1))
        .hasMessageContaining("learning.max_picture_bytes is 10: set at least");
    assertThatThrownBy(() -> new LearningConfig(168, 600, 1 << 20, 0))
        .hasMessageContaining("learning.threads is 0: set 1 to 64");
  }
}
