package dev.imprint.tensorflow.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
  private static final long MIB = 1 << 20;

  @TempDir private Path dir;

  @Test
  void shouldReadWhatLinuxCouldGive() throws Exception {
    meminfo(2048);

    assertThat(free().bytes()).hasValue(2048 * MIB);
  }

  @Test
  void shouldRespectTheLimitOfAContainerLessWhatItUses() throws Exception {
    meminfo(2048);
    write("memory.max", "%d\n".formatted(1000 * MIB));
    write("memory.current", "%d\n".formatted(700 * MIB));
    write("memory.stat", "anon 5\nfile 7\ninactive_file %d\n".formatted(200 * MIB));

    assertThat(free().bytes()).hasValue(500 * MIB);
  }

  @Test
  void shouldIgnoreAContainerWithoutALimit() throws Exception {
    meminfo(2048);
    write("memory.max", "max\n");

    assertThat(free().bytes()).hasValue(2048 * MIB);
  }

  @Test
  void shouldRefuseWithTheNumbers() throws Exception {
    meminfo(100);

    assertThatThrownBy(() -> free().requireFor(300 * MIB, "a second network"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "a second network needs about 300 MiB of memory, and 100 MiB are free: give the"
                + " service more");
  }

  @Test
  void shouldRefuseNothingWhereItIsNotKnown() {
    assertThat(free().bytes()).isEmpty();
    assertThatCode(() -> free().requireFor(Long.MAX_VALUE, "anything")).doesNotThrowAnyException();
  }

  private FreeMemory free() {
    return new FreeMemory(dir.resolve("meminfo"), dir);
  }

  private void meminfo(long mib) throws IOException {
    write("meminfo", "MemTotal: 99 kB\nMemAvailable:   %d kB\n".formatted(mib * 1024));
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(dir.resolve(file), text);
  }
}
