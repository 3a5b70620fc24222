package dev.imprint.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.config.ConfigReader;
import dev.imprint.app.config.ImprintConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineCheckTest extends FindingSteps {
  private final ImprintConfig config = new ConfigReader(name -> null).read(null, Map.of());
  @TempDir private Path dir;

  @Test
  void shouldFindWhatIsShortOnTheMachine() throws Exception {
    MachineCheck machine = new MachineCheck(config, findings);

    machine.examineJava(64L << 20);
    machine.examineDisk(1L << 30);
    machine.examineDescriptors(1024);

    assertThat(whats(Finding.Severity.WARNING))
        .anyMatch(what -> what.startsWith("a batch of the largest images"))
        .anyMatch(what -> what.contains("has 1024 MB free") && what.contains("about 2081 MB"))
        .anyMatch(what -> what.startsWith("at most 1024 files and connections"));
    assertThat(findings)
        .filteredOn(finding -> finding.severity() == Finding.Severity.WARNING)
        .allMatch(finding -> !finding.fix().isEmpty());
  }

  @Test
  void shouldFindDataThatCannotBeWritten() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");
    ImprintConfig there =
        new ConfigReader(name -> null).read(null, Map.of("data", file.resolve("data").toString()));

    new MachineCheck(there, findings).examineDisk(1L << 40);

    assertThat(whats(Finding.Severity.ERROR))
        .containsExactly("data is %s: cannot write to %s".formatted(there.data(), file));
  }
}
