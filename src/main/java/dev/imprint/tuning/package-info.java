/**
 * Fine-tuning in a JVM of its own, so that neither a crash of native code nor a lack of memory
 * there reaches the service. {@code TuningProcess} starts one with a {@code TuningRequest}, follows
 * its progress and returns a {@code TuningOutcome}; {@code TuningChild} is its main class.
 *
 * <p>The two exchange files in a folder: {@code request.json}, and in the end {@code top.avro},
 * {@code head.avro} and {@code report.json}. The child writes its progress to standard output, as
 * lines of JSON, and its log to standard error. It ends when its standard input does, which is when
 * its parent is gone.
 */
@NullMarked
package dev.imprint.tuning;

import org.jspecify.annotations.NullMarked;
