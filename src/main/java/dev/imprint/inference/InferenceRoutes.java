package dev.imprint.inference;

import dev.imprint.model.Prediction;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.Release;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.observability.Health;
import dev.imprint.pipeline.DirectClassifier;
import dev.imprint.web.api.AccessRole;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the protocol, for the one model that serves.
 *
 * @param name of the model
 * @param serving null until it serves
 * @param classifier null while the service is starting
 * @param mostBytes {@code images.max_bytes}
 */
public record InferenceRoutes(
    String name,
    Health health,
    Supplier<@Nullable ServingModel> serving,
    Supplier<@Nullable DirectClassifier> classifier,
    int mostBytes) {
  private static final String NAME = "name";
  private static final String VERSION = "version";

  /** Of application ids and versions. */
  private static final String FORM = "[0-9A-Za-z._-]{1,200}";

  private static final Parameter MODEL =
      Parameter.text(NAME, "Name of the model: the service's application_id.", FORM);
  private static final Parameter ITS_VERSION =
      Parameter.text(VERSION, "Version of the model: the serving one.", FORM);

  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(
        Route.get("/v2", "serverMetadata", "The server's name and release.")
            .returns(
                ServerMetadata.class,
                call -> Answer.ok(new ServerMetadata("imprint", Release.VERSION, List.of()))));
    routes.add(
        Route.get("/v2/health/live", "serverLive", "200 unless a restart would help.")
            .open()
            .returns(ServerState.class, call -> state(health.report().live())));
    routes.add(
        Route.get("/v2/health/ready", "serverReady", "200 if pictures can be classified.")
            .open()
            .returns(ServerState.class, call -> state(isReady())));
    routes.addAll(ofModel("/v2/models/{name}", "", List.of(MODEL)));
    routes.addAll(
        ofModel("/v2/models/{name}/versions/{version}", "Version", List.of(MODEL, ITS_VERSION)));
    return routes;
  }

  private List<Route> ofModel(String path, String id, List<Parameter> parameters) {
    Route.Builder metadata =
        Route.get(path, "model" + id + "Metadata", "What the model takes and returns.");
    Route.Builder ready =
        Route.get(path + "/ready", "model" + id + "Ready", "200 if the model can classify.");
    Route.Builder infer =
        Route.post(path + "/infer", "model" + id + "Infer", "Classifies a picture immediately.")
            .needs(AccessRole.LOOK)
            .takesWithFile(InferenceRequest.class);
    for (Parameter each : parameters) {
      List.of(metadata, ready, infer).forEach(builder -> builder.with(each));
    }
    return List.of(
        metadata.returns(
            ModelMetadata.class,
            call -> Answer.ok(ModelMetadata.of(name, requested(call).version()))),
        ready.returns(
            ModelState.class,
            call -> {
              requested(call);
              return new Answer.Value(status(isReady()), new ModelState(name, isReady()));
            }),
        infer.returns(InferenceResponse.class, this::infer));
  }

  private Answer state(boolean good) {
    return new Answer.Value(status(good), new ServerState(health.report().live(), isReady()));
  }

  private static int status(boolean good) {
    return good ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
  }

  /** Whether there is a head, which classifies. */
  private boolean isReady() {
    ServingModel model = serving.get();
    return model != null && model.head() != null && classifier.get() != null;
  }

  /** The model, if it is the one that the path names. */
  private ServingModel requested(Call call) throws ProblemException {
    if (!call.required(NAME).equals(name)) {
      throw ProblemException.notFound(
          "there is no model %s: there is %s".formatted(call.required(NAME), name));
    }
    ServingModel model = serving.get();
    if (model == null) {
      throw ProblemException.unavailable("no model serves yet: try again in a moment");
    }
    requireVersion(call, model.version());
    return model;
  }

  private static void requireVersion(Call call, String serves) throws ProblemException {
    String wanted = call.text(VERSION);
    if (wanted != null && !wanted.equals(serves)) {
      throw ProblemException.notFound(
          "version %s does not serve: %s does".formatted(wanted, serves));
    }
  }

  private Answer infer(Call call) throws ProblemException {
    ServingModel model = requested(call);
    DirectClassifier direct = classifier.get();
    if (model.head() == null || direct == null) {
      throw ProblemException.unavailable(
          "no version knows any label yet: send labels, or set serving.head");
    }
    PictureTensor tensor =
        PictureTensor.read(call.bytes(), jsonLength(call.request().getHeaders()));
    if (tensor.picture().length > mostBytes) {
      throw ProblemException.tooLarge("the picture", mostBytes);
    }
    InferenceRequest request = tensor.request();
    InferenceResponse.requireKnown(request.outputs());
    return new Answer.Later(
        direct
            .classify(tensor.picture())
            .handle((prediction, failure) -> answer(call, request, prediction, failure)));
  }

  /** Null if the whole body is JSON. */
  private static @Nullable String jsonLength(HttpFields headers) {
    String length = headers.get(PictureTensor.JSON_LENGTH);
    boolean file = "application/octet-stream".equals(headers.get(HttpHeader.CONTENT_TYPE));
    return length == null && file ? "0" : length;
  }

  private Answer answer(
      Call call,
      InferenceRequest request,
      @Nullable Prediction prediction,
      @Nullable Throwable failure) {
    try {
      if (prediction == null) {
        throw problem(failure instanceof CompletionException ? failure.getCause() : failure);
      }
      requireVersion(call, prediction.modelVersion()); // it may have been replaced meanwhile
      return Answer.ok(InferenceResponse.of(name, prediction, request));
    } catch (ProblemException e) {
      throw new CompletionException(e);
    }
  }

  private static ProblemException problem(@Nullable Throwable failure) {
    if (failure instanceof RejectedException rejected) {
      return rejected.reason() == Rejection.MODEL_FAILED
          ? new ProblemException(
              HttpStatus.INTERNAL_SERVER_ERROR_500, String.valueOf(rejected.getMessage()))
          : ProblemException.unusable("the picture: " + rejected.getMessage());
    }
    if (failure instanceof RejectedExecutionException) {
      return ProblemException.unavailable(failure.getMessage() + ": try again in a second");
    }
    if (failure instanceof TimeoutException) {
      return ProblemException.unavailable(
          "the picture has waited too long, because the service is busy: try again later");
    }
    throw new IllegalStateException("the model failed", failure);
  }
}
