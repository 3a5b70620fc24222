package dev.imprint.pipeline.learning;

import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.LearningDriver;
import dev.imprint.pipeline.ParityModel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The topology of learning, driven by hand: for the tests of what feedback does. */
class LearningDriverSteps {
  static final ServingModel MODEL = ParityModel.serving(new ParityModel(batch -> {}));

  @TempDir Path state;
  LearningDriver driver;

  @BeforeEach
  void start() {
    driver = new LearningDriver(state);
  }

  @AfterEach
  void stop() {
    driver.close();
  }
}
