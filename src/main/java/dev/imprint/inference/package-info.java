/**
 * The Open Inference Protocol, version 2, over HTTP: the service answers as a model server does,
 * for programs that call one today. Its source is {@code
 * github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md}.
 *
 * <p>{@link dev.imprint.inference.InferenceRoutes} has the paths, {@code PictureTensor} takes the
 * picture from a request, and {@link dev.imprint.pipeline.DirectClassifier} answers.
 */
@NullMarked
package dev.imprint.inference;

import org.jspecify.annotations.NullMarked;
