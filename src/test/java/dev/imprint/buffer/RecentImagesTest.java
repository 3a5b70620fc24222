package dev.imprint.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Clients;
import dev.imprint.event.Sha256;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RecentImagesTest {
  private static final int BATCH = 4;

  @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

  private final ToyBackbone backbone = new ToyBackbone();
  private String topic = "";
  private final Clients clients = BROKER.clients();
  private long now;

  @BeforeEach
  void createTopic() throws Exception {
    topic = BROKER.prefix() + "images";
    BROKER.createTopics(new NewTopic(topic, 2, (short) 1));
  }

  @Test
  void shouldEmbedASampleAFewAtATime() throws Exception {
    send(0, 30);
    try (RecentImages images = open(10)) {
      images.embedSome(BATCH);
      assertThat(images.pictures()).hasSize(BATCH);
      images.embedSome(BATCH); // not yet
      assertThat(images.pictures()).hasSize(BATCH);

      embedAll(images);

      assertThat(images.pictures()).hasSizeBetween(8, 10); // a marker is no image
      assertThat(images.pictures()).allMatch(RecentImagesTest::isAsSent);
      assertThat(backbone.embedded).hasValue(images.pictures().size());
      List<UnlabelledPicture> before = images.pictures();
      try (RecentImages after = open(10)) {
        embedAll(after);
        assertThat(ids(after.pictures())).containsExactlyInAnyOrderElementsOf(ids(before));
      }
    }
  }

  @Test
  void shouldReplaceAFewAsImagesArrive() throws Exception {
    send(0, 30);
    try (RecentImages images = open(20)) {
      embedAll(images);
      List<String> before = ids(images.pictures());
      send(30, 60);

      embedAll(images);

      List<String> after = ids(images.pictures());
      assertThat(after).hasSizeBetween(16, 20).isNotEqualTo(before).anyMatch(before::contains);
      assertThat(backbone.embedded.get()).isLessThan(40);
    }
  }

  @Test
  void shouldLeaveOutWhatIsForgottenOrNoPicture() throws Exception {
    send(0, 5);
    send(ToyBackbone.BROKEN_PICTURE, ToyBackbone.BROKEN_PICTURE + 1);
    send(ToyBackbone.NAN_PICTURE, ToyBackbone.NAN_PICTURE + 1);
    try (RecentImages images = open(100)) {
      images.forgotten("1", true);
      embedAll(images);
      assertThat(ids(images.pictures())).containsExactlyInAnyOrder("0", "2", "3", "4");

      images.forgotten("2", true);
      assertThat(ids(images.pictures())).containsExactlyInAnyOrder("0", "3", "4");
      images.forgotten("2", false);
      assertThat(ids(images.pictures())).containsExactlyInAnyOrder("0", "2", "3", "4");
    }
  }

  @Test
  void shouldReadNoMoreAtATimeIfThePicturesAreBad() throws Exception {
    sendBroken(20);
    try (RecentImages images = open(100)) {
      int before = backbone.decoded.get();
      images.embedSome(BATCH);
      assertThat(backbone.decoded.get() - before).isBetween(1, BATCH);
      assertThat(images.pictures()).isEmpty();
    }
  }

  @Test
  void shouldGoOnOnceTheDeviceIsBack() throws Exception {
    send(0, 3);
    backbone.fails.set(true);
    try (RecentImages images = open(100)) {
      images.embedSome(BATCH);
      assertThat(images.pictures()).isEmpty();
      backbone.fails.set(false);

      embedAll(images);

      assertThat(ids(images.pictures())).containsExactlyInAnyOrder("0", "1", "2");
    }
  }

  private RecentImages open(int size) {
    return new RecentImages(clients, topic, backbone, size, () -> now);
  }

  private void embedAll(RecentImages images) {
    for (int minute = 0; minute < 20; minute++) {
      now += Duration.ofMinutes(1).toNanos();
      images.embedSome(BATCH);
    }
  }

  private void send(int from, int to) throws Exception {
    send(IntStream.range(from, to), from, i -> (byte) i);
  }

  private void sendBroken(int pictures) throws Exception {
    send(IntStream.range(0, pictures), 0, i -> ToyBackbone.BROKEN_PICTURE);
  }

  private void send(IntStream ids, int writer, IntFunction<Byte> picture) throws Exception {
    try (Producer<byte[], byte[]> producer =
        clients.transactionalProducer(1_000_000, topic + writer)) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int i : ids.toArray()) {
        byte[] id = Integer.toString(i).getBytes(UTF_8);
        producer.send(new ProducerRecord<>(topic, id, new byte[] {picture.apply(i)}));
      }
      producer.commitTransaction();
    }
  }

  private static boolean isAsSent(UnlabelledPicture picture) {
    byte number = (byte) Integer.parseInt(picture.imageId());
    return picture.embedding().numbers()[0] == number
        && picture.sha256().equals(Sha256.hex(new byte[] {number}));
  }

  private static List<String> ids(List<UnlabelledPicture> pictures) {
    return pictures.stream().map(UnlabelledPicture::imageId).toList();
  }
}
