package dev.imprint.model;

/** How a picture is looked at: as it is, or altered (augmentation). Immutable. */
public interface View {
  /** The picture as it is. */
  View ORIGINAL =
      new View() {
        @Override
        public String name() {
          return "";
        }

        @Override
        public Pixels of(Pixels original) {
          return original;
        }
      };

  /** Names everything that it does: two views of one name give the same pixels. Short. */
  String name();

  /**
   * Alters a picture.
   *
   * @param original not changed
   * @return pixels of the same height and width
   */
  Pixels of(Pixels original);
}
