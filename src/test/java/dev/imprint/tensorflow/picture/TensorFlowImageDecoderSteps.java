package dev.imprint.tensorflow.picture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A decoder for pictures of four columns and rows. */
class TensorFlowImageDecoderSteps {
  static final PictureInput.Crop WHOLE = PictureInput.Crop.WHOLE;

  static TensorFlowImageDecoder decoder;

  @BeforeAll
  static void open() {
    decoder = TestPictures.decoder(TestPictures.description(4, 4, false, WHOLE));
  }

  @AfterAll
  static void close() {
    decoder.close();
  }
}
