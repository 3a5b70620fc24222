package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.demo.belt.Scene;
import dev.imprint.event.Topics;
import dev.imprint.terminal.Screen;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The story with a real broker, and a service that learns by rote ({@link RoteService}). */
@Timeout(60)
class LearningDemoTest {
  private static final long SEED = 7;

  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private final StringWriter out = new StringWriter();

  @Test
  void shouldEndWhenAModelTheLightAndANewPartHaveBeenLearned() throws Exception {
    DemoReport report = run("learns.", 20, Duration.ofSeconds(20));

    assertThat(report.faults()).isEmpty();
    PicturesReport.Counts counts = report.pictures().counts();
    assertThat(counts.predicted()).isEqualTo(counts.sent());
    LearningReport learning = report.learning();
    assertThat(learning.changes())
        .extracting(Story.Change::phase)
        .containsExactlyElementsOf(Phase.CHANGES);
    // NaN if a newer version answered the very first picture.
    assertThat(learning.changes().get(1).fallen()).matches(fallen -> !(fallen.accuracy() > 0));
    assertThat(learning.changes().get(2).fallen()).matches(fallen -> !(fallen.accuracy() > 0.95));
    assertThat(learning.changes()).allMatch(change -> change.after().accuracy() >= 0.9);
    assertThat(learning.feedback()).isLessThan(counts.sent());
    assertThat(learning.versions().get(0)).matches(row -> row.version().equals("none"));
    assertThat(out.toString().lines())
        .contains("■ There is no model yet. An inspector labels some of the pictures.")
        .contains("▲ v1 serves: learned by rote")
        .contains("■ The model has learned the new part.")
        .contains("duplicated  0");
  }

  @Test
  void shouldEndWithAFaultIfNothingIsLearned() throws Exception {
    DemoReport report = run("dull.", Integer.MAX_VALUE, Duration.ofSeconds(1));

    assertThat(report.faults())
        .singleElement()
        .asString()
        .startsWith("first model was not learned within 1 s");
    assertThat(report.pictures().counts().lost()).isZero();
    assertThat(out.toString()).contains("■ first model was not learned within 1 s");
  }

  /**
   * @param newLabels after which the service makes a version
   */
  private DemoReport run(String prefix, int newLabels, Duration patience) throws Exception {
    Topics topics = topics(prefix);
    AtomicReference<Scene> scene = new AtomicReference<>(Scene.USUAL);
    Story story = new Story(new StorySettings(20, 0.9, patience), System.nanoTime());
    InspectorSettings inspector = new InspectorSettings(0.5, Duration.ofMillis(20), SEED);
    Learning learning =
        new Learning(story, new Inspector(inspector, InstantSource.system()), scene::set);
    DemoSettings settings =
        new DemoSettings(200, DemoSettings.ENDLESS, Duration.ofSeconds(5), true);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (RoteService service = new RoteService(broker.clients(), topics, newLabels)) {
      Future<?> served = thread.submit(service);
      Demo demo =
          new Demo(
              broker.clients(),
              topics,
              RoteService.pictures(scene::get, new SplittableRandom(SEED)),
              settings,
              learning,
              Screen.plain(new PrintWriter(out)));
      DemoReport report = demo.run();
      service.close();
      served.get(10, TimeUnit.SECONDS);
      return report;
    } finally {
      thread.shutdownNow();
    }
  }

  private Topics topics(String prefix) throws Exception {
    Topics topics = new Topics(prefix);
    List<NewTopic> all =
        topics.specs(1000).stream()
            .map(spec -> new NewTopic(spec.name(), spec.single() ? 1 : 2, (short) 1))
            .toList();
    broker.createTopics(all);
    return topics;
  }
}
