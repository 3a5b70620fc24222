package dev.imprint.augmentation;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * The settings under {@code training.augmentation}: how views of a picture differ from it. Each
 * range is symmetric about no change and drawn from uniformly, as by Keras' preprocessing layers of
 * the same names (https://keras.io/api/layers/preprocessing_layers/image_augmentation/); 0 turns it
 * off.
 *
 * @param views of each example that a head learns from; 0 for none
 * @param rotation fraction of a full turn, in either direction
 * @param zoom fraction of the sides by which more or less than the whole is shown
 * @param crop largest fraction of the sides that is cut away; the rest fills the picture
 * @param translation fraction of each side, in either direction
 * @param brightness fraction of the whole range of values, added or subtracted
 * @param contrast fraction by which the distance from the mean, of each channel, is changed
 * @param blur largest standard deviation of a Gaussian, in pixels of the backbone's input
 */
public record Augmentation(
    int views,
    Flip flip,
    double rotation,
    double zoom,
    double crop,
    double translation,
    double brightness,
    double contrast,
    double blur) {
  /** Axes along which half of the views are mirrored. */
  public enum Flip {
    NONE,
    HORIZONTAL,
    VERTICAL,
    HORIZONTAL_AND_VERTICAL;

    boolean horizontally() {
      return this == HORIZONTAL || this == HORIZONTAL_AND_VERTICAL;
    }

    boolean vertically() {
      return this == VERTICAL || this == HORIZONTAL_AND_VERTICAL;
    }
  }

  public static final int MOST_VIEWS = 16;

  /** Most views in one training: their embeddings are in memory, as those of the buffer are. */
  private static final int MOST_IN_A_TRAINING = 50_000;

  private static final String SECTION = "training.augmentation.";

  /** No views; moderate ranges for those who want some. */
  public static final Augmentation DEFAULTS =
      new Augmentation(0, Flip.HORIZONTAL, 0.03, 0.1, 0.2, 0.1, 0.1, 0.2, 0);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public Augmentation {
    unless(
        views >= 0 && views <= MOST_VIEWS,
        SECTION + "views",
        views,
        "set 0 (none) to %d views of each example".formatted(MOST_VIEWS));
    range("rotation", rotation, 0.5, "of a full turn");
    range("zoom", zoom, 0.9, "of the sides");
    range("crop", crop, 0.9, "of the sides");
    range("translation", translation, 1, "of the sides");
    range("brightness", brightness, 1, "of the range of values");
    range("contrast", contrast, 1, "of the contrast");
    range("blur", blur, 10, "pixels");
    unless(
        views == 0
            || flip != Flip.NONE
            || rotation + zoom + crop + translation + brightness + contrast + blur > 0,
        SECTION + "views",
        views,
        "set 0, or turn on flip or another change; all are off, so a view would be the original");
  }

  private static void range(String key, double value, double most, String of) {
    unless(
        value >= 0 && value <= most,
        SECTION + key,
        value,
        "set 0 (off) to %s %s".formatted(most, of));
  }

  /** The same with another number of views. */
  public Augmentation withViews(int number) {
    return new Augmentation(
        number, flip, rotation, zoom, crop, translation, brightness, contrast, blur);
  }

  /** How many views of each example there are in a training on so many: fewer if they are many. */
  public int viewsEach(int examples) {
    return Math.min(views, MOST_IN_A_TRAINING / Math.max(1, examples));
  }
}
