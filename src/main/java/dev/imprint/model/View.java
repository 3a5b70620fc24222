package dev.imprint.model;

/** A view of a picture: the original, or an altered one (augmentation). Immutable. */
public interface View {
  /** The unaltered picture. */
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

  /**
   * A short name for everything that it does: two views with the same name give the same pixels.
   */
  String name();

  /**
   * Alters a picture.
   *
   * @param original not changed
   * @return pixels of the same height and width
   */
  Pixels of(Pixels original);
}
