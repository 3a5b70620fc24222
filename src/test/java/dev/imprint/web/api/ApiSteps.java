package dev.imprint.web.api;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A server with an interface of a few routes. */
@Timeout(60)
class ApiSteps {
  enum Kind {
    BIG,
    SMALL
  }

  record Thing(String name, int count, @Nullable Double share, Instant madeAt, List<Kind> kinds) {}

  record Wish(String name, @Nullable Integer count, boolean urgent) {
    Wish(String name) {
      this(name, null, false);
    }
  }

  final BlockingQueue<EventStream> opened = new LinkedBlockingQueue<>();
  final CountDownLatch release = new CountDownLatch(1);
  volatile @Nullable Caller caller = Caller.ANYBODY;
  ApiServer server;

  @BeforeEach
  void start() throws IOException {
    Api api =
        new Api(
            List.of(
                Route.get("/api/v1/things/{name}", "thing", "One thing.")
                    .with(Parameter.text("name", "Its name.", 10))
                    .with(Parameter.integer("count", "How many.", 1, 100, 7L))
                    .with(Parameter.number("share", "How much.", 0, 1))
                    .with(Parameter.choice("kind", "Which.", List.of("big", "small")))
                    .returns(Thing.class, ApiSteps::thing),
                Route.get("/api/v1/found", "found", "What was lost.")
                    .with(Parameter.text("what", "The thing.", 10).needed())
                    .returns(Object.class, call -> Answer.ok(Map.of("it", call.required("what")))),
                Route.post("/api/v1/wishes", "wish", "Wishes.")
                    .takes(Wish.class)
                    .returns(Wish.class, call -> new Answer.Value(202, call.body(Wish.class))),
                Route.get("/api/v1/broken", "broken", "Fails.")
                    .returns(
                        Thing.class,
                        call -> {
                          throw new IllegalStateException("out of order");
                        }),
                Route.get("/api/v1/deep", "deep", "Fails with an error.")
                    .returns(
                        Thing.class,
                        call -> {
                          throw new StackOverflowError("too deep");
                        }),
                Route.get("/api/v1/slow", "slow", "Waits.").returns(Wish.class, this::slow),
                Route.get("/api/v1/events", "events", "Events.")
                    .sends(Map.of("wish", Wish.class), call -> new Answer.Events(opened::add))),
            request -> caller);
    server = ApiServer.start(api);
  }

  static Answer thing(Call call) throws ProblemException {
    if (call.required("name").equals("none")) {
      throw ProblemException.notFound("there is no thing of this name");
    }
    double share = call.number("share", -1);
    return Answer.ok(
        new Thing(
            call.required("name"),
            (int) call.integer("count"),
            share < 0 ? null : share,
            Instant.EPOCH,
            List.of(Kind.valueOf(call.required("kind").toUpperCase(java.util.Locale.ROOT)))));
  }

  Answer slow(Call call) {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.ok(new Wish("at last"));
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return server.ask(path);
  }
}
