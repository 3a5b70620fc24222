package dev.imprint.app.sending;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds files that arrive in folders, each once. A file counts as complete when two scans in a row
 * find the same size and time, so that a file that is still being written is not returned yet; one
 * that changes later is found again. Scans the folders instead of using notifications from the
 * system, which also works on network drives and for subfolders. For one thread.
 */
final class FolderWatch {
  private record FileState(long size, FileTime modified) {}

  private final List<Path> folders;
  private Map<Path, FileState> before = new HashMap<>();
  private Map<Path, FileState> found = new HashMap<>();

  /**
   * @param newOnly ignores files that already exist
   */
  FolderWatch(List<Path> folders, boolean newOnly) throws IOException {
    this.folders = List.copyOf(folders);
    if (newOnly) {
      for (ImageFile file : walk()) {
        FileState state = state(file.path());
        if (state != null) {
          found.put(file.path(), state);
        }
      }
    }
  }

  /** Files that are complete and were not found before; call it about every second. */
  List<ImageFile> look() throws IOException {
    Map<Path, FileState> now = new HashMap<>();
    Map<Path, FileState> kept = new HashMap<>(); // without deleted files
    List<ImageFile> complete = new ArrayList<>();
    for (ImageFile file : walk()) {
      FileState state = state(file.path());
      if (state == null) {
        continue;
      }
      now.put(file.path(), state);
      if (state.equals(found.get(file.path()))) {
        kept.put(file.path(), state);
      } else if (state.equals(before.get(file.path())) && state.size() > 0) {
        kept.put(file.path(), state);
        complete.add(file);
      }
    }
    before = now;
    found = kept;
    return complete;
  }

  /** Skips hidden files: many programs write under such a name, and rename at the end. */
  private List<ImageFile> walk() throws IOException {
    List<ImageFile> files = new ArrayList<>();
    for (Path folder : folders) {
      try {
        ImageFile.walk(folder).stream()
            .filter(file -> !String.valueOf(file.path().getFileName()).startsWith("."))
            .forEach(files::add);
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof NoSuchFileException)) { // deleted during the walk
          throw e.getCause();
        }
      }
    }
    return files;
  }

  private static @Nullable FileState state(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileState(attributes.size(), attributes.lastModifiedTime());
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
