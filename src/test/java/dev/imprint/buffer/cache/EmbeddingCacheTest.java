package dev.imprint.buffer.cache;

import static dev.imprint.model.backbone.View.ORIGINAL;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.ToyBackbone;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.backbone.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

class EmbeddingCacheTest {
  private static final String BACKBONE = Sha256.hex("backbone".getBytes(UTF_8));
  private static final String A = Sha256.hex("a".getBytes(UTF_8));
  private static final String B = Sha256.hex("b".getBytes(UTF_8));
  private static final String C = Sha256.hex("c".getBytes(UTF_8));

  private static final String RECIPE = "c0ffee";
  private static final View MIRRORED = new View("mirrored", original -> original);

  @TempDir Path root;

  @Test
  void shouldKnowAnEmbeddingAfterItWasOpenedAgain() {
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      assertThat(cache.get(A, ORIGINAL)).isNull();
      cache.put(A, ORIGINAL, Embedding.of(1.5f, -2));
    }
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      assertThat(cache.get(A, ORIGINAL)).isEqualTo(Embedding.of(1.5f, -2));
    }
  }

  @Test
  void shouldHoldNoNativeMemoryIfNothingIsKept() {
    // A cache for each tuned network, which nobody closes.
    EmbeddingCache cache = EmbeddingCache.none(new ToyBackbone());

    cache.put(A, ORIGINAL, Embedding.of(1, 2));
    cache.remove(Set.of(A));

    assertThat(cache.get(A, ORIGINAL)).isNull();
    assertThat(cache.isOpen()).isFalse();
    assertThat(cache).extracting("options").isNull();
  }

  @Test
  void shouldNotMixTheEmbeddingsOfTwoBackbones() {
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      cache.put(A, ORIGINAL, Embedding.of(1, 2));
    }
    try (EmbeddingCache cache = open(A, 10)) {
      assertThat(cache.get(A, ORIGINAL)).isNull();
    }
  }

  @Test
  void shouldTakeAnEmbeddingOfAnotherLengthForUnknown() {
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      cache.put(A, ORIGINAL, Embedding.of(1, 2));
    }
    try (EmbeddingCache cache = EmbeddingCache.open(root, BACKBONE, EmbeddingLayers.ofOne(3), 10)) {
      assertThat(cache.get(A, ORIGINAL)).isNull();
    }
  }

  @Test
  void shouldDropWhatIsNotRetainedAndTakeNoMoreThanItsLimit() {
    try (EmbeddingCache cache = open(BACKBONE, 2)) {
      cache.put(A, ORIGINAL, Embedding.of(1, 1));
      cache.put(B, ORIGINAL, Embedding.of(2, 2));
      cache.put(C, ORIGINAL, Embedding.of(3, 3));
      assertThat(cache.isFull()).isTrue();
      assertThat(cache.get(C, ORIGINAL)).isNull();

      cache.retain(Set.of(B), "");
      cache.put(C, ORIGINAL, Embedding.of(3, 3));
      assertThat(cache.get(A, ORIGINAL)).isNull();
      assertThat(cache.get(B, ORIGINAL)).isEqualTo(Embedding.of(2, 2));
      assertThat(cache.get(C, ORIGINAL)).isEqualTo(Embedding.of(3, 3));
    }
  }

  @Test
  void shouldKeepTheViewsOfAPictureApartAndDropThemTogether() {
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      cache.put(A, ORIGINAL, Embedding.of(1, 1));
      cache.put(A, MIRRORED, Embedding.of(2, 2));
      cache.put(B, MIRRORED, Embedding.of(3, 3));
      assertThat(cache.get(A, ORIGINAL)).isEqualTo(Embedding.of(1, 1));
      assertThat(cache.get(A, MIRRORED)).isEqualTo(Embedding.of(2, 2));
      assertThat(cache.get(B, ORIGINAL)).isNull();

      cache.remove(Set.of(A));
      assertThat(cache.get(A, ORIGINAL)).isNull();
      assertThat(cache.get(A, MIRRORED)).isNull();
      assertThat(cache.get(B, MIRRORED)).isEqualTo(Embedding.of(3, 3));

      cache.retain(Set.of(A), "");
      assertThat(cache.get(B, MIRRORED)).isNull();
    }
  }

  @Test
  void shouldReadTheSinglePrecisionOfEarlierReleases() throws Exception {
    open(BACKBONE, 10).close();
    ByteBuffer numbers = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putFloat(1.5f).putFloat(-2);
    try (Options options = new Options();
        RocksDB db = RocksDB.open(options, root.resolve(BACKBONE).toString())) {
      db.put(HexFormat.of().parseHex(A), numbers.array());
    }

    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      assertThat(cache.get(A, ORIGINAL)).isEqualTo(Embedding.of(1.5f, -2));
    }
  }

  @Test
  void shouldLeaveRoomForOriginalsBesideViews() {
    try (EmbeddingCache cache = open(BACKBONE, 4)) {
      for (int view = 0; view < 4; view++) {
        cache.put(A, view(RECIPE, view), Embedding.of(view, 1));
      }
      cache.put(B, ORIGINAL, Embedding.of(5, 5));

      assertThat(cache.get(A, view(RECIPE, 2))).isEqualTo(Embedding.of(2, 1));
      assertThat(cache.get(A, view(RECIPE, 3))).isNull();
      assertThat(cache.get(B, ORIGINAL)).isEqualTo(Embedding.of(5, 5));
    }
  }

  /** Several views a picture would otherwise have it read itself for each new picture. */
  @Test
  void shouldNotNeedCleaningAgainOnceItIsFullOfWhatIsNeeded() {
    try (EmbeddingCache cache = open(BACKBONE, 4)) {
      cache.put(A, view(RECIPE, 0), Embedding.of(1, 1));
      cache.put(A, view(RECIPE, 1), Embedding.of(2, 2));
      cache.put(A, view(RECIPE, 2), Embedding.of(3, 3));
      assertThat(cache.needsCleaning()).isFalse();
      cache.put(A, ORIGINAL, Embedding.of(4, 4));
      assertThat(cache.needsCleaning()).isTrue();

      cache.retain(Set.of(A), RECIPE);

      assertThat(cache.isFull()).isTrue();
      assertThat(cache.needsCleaning()).isFalse();
      cache.remove(Set.of(A));
      assertThat(cache.isFull()).isFalse();
    }
  }

  @Test
  void shouldDropTheViewsOfAnotherRecipe() {
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      cache.put(A, ORIGINAL, Embedding.of(1, 1));
      cache.put(A, view(RECIPE, 0), Embedding.of(2, 2));
      cache.put(A, view("0ther", 0), Embedding.of(3, 3));

      cache.retain(Set.of(A), RECIPE);

      assertThat(cache.get(A, ORIGINAL)).isEqualTo(Embedding.of(1, 1));
      assertThat(cache.get(A, view(RECIPE, 0))).isEqualTo(Embedding.of(2, 2));
      assertThat(cache.get(A, view("0ther", 0))).isNull();
    }
  }

  private static View view(String recipe, int index) {
    return new View(recipe + "/" + index, original -> original);
  }

  @Test
  void shouldLeaveNothingOnTheDiskOfWhatIsRemoved() throws IOException {
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      cache.put(A, ORIGINAL, Embedding.of(1.5f, -2));
      cache.put(B, ORIGINAL, Embedding.of(2, 2));
    }
    assertThat(isOnDisk(1.5f, -2)).isTrue();
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      cache.remove(Set.of(A, C));
      assertThat(cache.get(A, ORIGINAL)).isNull();
      assertThat(cache.get(B, ORIGINAL)).isEqualTo(Embedding.of(2, 2));
    }
    assertThat(isOnDisk(1.5f, -2)).isFalse();
    assertThat(isOnDisk(2, 2)).isTrue();
  }

  @Test
  void shouldStartAnewWhereItsFilesAreCorrupt() throws IOException {
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      cache.put(A, ORIGINAL, Embedding.of(1, 2));
    }
    overwrite(BACKBONE, "MANIFEST");
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      assertThat(cache.isOpen()).isTrue();
      assertThat(cache.get(A, ORIGINAL)).isNull();
      cache.put(A, ORIGINAL, Embedding.of(3, 4));
      assertThat(cache.get(A, ORIGINAL)).isEqualTo(Embedding.of(3, 4));
    }
  }

  @Test
  void shouldStartAnewWhereACorruptBlockShowsUpInUse() throws IOException {
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      cache.put(A, ORIGINAL, Embedding.of(1, 2));
      cache.put(B, ORIGINAL, Embedding.of(1, 2));
      cache.retain(Set.of(), ""); // compacts, so that there is a table
      cache.put(A, ORIGINAL, Embedding.of(1, 2));
    }
    try (EmbeddingCache cache = open(BACKBONE, 10)) { // its log becomes a table
      assertThat(cache.get(A, ORIGINAL)).isEqualTo(Embedding.of(1, 2));
    }
    spoilTables();
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      assertThat(cache.get(A, ORIGINAL)).isNull();
      assertThat(cache.isOpen()).isTrue();
      cache.put(B, ORIGINAL, Embedding.of(3, 4));
      assertThat(cache.get(B, ORIGINAL)).isEqualTo(Embedding.of(3, 4));
    }
  }

  @Test
  void shouldDoWithoutWhereAnotherOneHasTheDirectory() {
    try (EmbeddingCache first = open(BACKBONE, 10);
        EmbeddingCache second = open(BACKBONE, 10)) {
      first.put(A, ORIGINAL, Embedding.of(1, 2));
      second.put(A, ORIGINAL, Embedding.of(3, 4));
      assertThat(second.isOpen()).isFalse();
      assertThat(second.get(A, ORIGINAL)).isNull();
      assertThat(first.get(A, ORIGINAL)).isEqualTo(Embedding.of(1, 2));
    }
  }

  @Test
  void shouldDoWithoutWhereTheDirectoryCannotBeMade() throws IOException {
    Files.writeString(root.resolve(BACKBONE), "a file in its place");
    try (EmbeddingCache cache = open(BACKBONE, 10)) {
      cache.put(A, ORIGINAL, Embedding.of(1, 2));
      assertThat(cache.isOpen()).isFalse();
    }
  }

  @Test
  void shouldRemoveAllButTheNewestTwoCachesOfOtherBackbones() throws IOException {
    for (String other : List.of(A, B)) {
      try (EmbeddingCache cache = open(other, 10)) {
        cache.put(C, ORIGINAL, Embedding.of(1, 2));
      }
    }
    Files.createDirectory(root.resolve(C));
    Files.createDirectory(root.resolve("not ours"));
    List<String> newestFirst = List.of(C, A, B, "not ours");
    for (int age = 0; age < newestFirst.size(); age++) {
      FileTime time = FileTime.fromMillis(1_000_000 - age * 1_000);
      Files.setLastModifiedTime(root.resolve(newestFirst.get(age)), time);
    }

    open(BACKBONE, 10).close();

    try (Stream<Path> left = Files.list(root)) {
      assertThat(left)
          .extracting(path -> path.getFileName().toString())
          .containsExactlyInAnyOrder(A, C, BACKBONE, "not ours");
    }
  }

  private boolean isOnDisk(float first, float second) throws IOException {
    String pattern = new String(Embedding.of(first, second).bytes(), ISO_8859_1);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), ISO_8859_1).contains(pattern)) {
          return true;
        }
      }
      return false;
    }
  }

  private EmbeddingCache open(String backbone, int maxEntries) {
    return EmbeddingCache.open(root, backbone, EmbeddingLayers.ofOne(2), maxEntries);
  }

  private void overwrite(String backbone, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve(backbone))) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith(prefix)).toList()) {
        Files.writeString(file, "this is no such file");
      }
    }
  }

  /** Flips bits in the data blocks, which come first in a table. */
  private void spoilTables() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve(BACKBONE))) {
      List<Path> tables = files.filter(f -> f.toString().endsWith(".sst")).toList();
      assertThat(tables).isNotEmpty();
      for (Path table : tables) {
        byte[] bytes = Files.readAllBytes(table);
        for (int i = 0; i < 24; i++) {
          bytes[i] ^= 0x55;
        }
        Files.write(table, bytes);
      }
    }
  }
}
