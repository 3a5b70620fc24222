package dev.imprint.buffer;

import java.util.Set;

/**
 * Pictures of the buffer that are kept elsewhere as well, or what was made of them: a picture that
 * is deleted from the buffer must be deleted there too. Thread-safe; called by the buffer's thread.
 */
public interface PictureCopies {
  PictureCopies NONE =
      new PictureCopies() {
        @Override
        public void retain(Set<String> digests) {}

        @Override
        public void remove(Set<String> digests) {}
      };

  /** Deletes all others. */
  void retain(Set<String> digests);

  /** Deletes these at once, also from the disk. */
  void remove(Set<String> digests);
}
