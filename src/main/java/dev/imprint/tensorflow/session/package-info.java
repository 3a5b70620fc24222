/**
 * TensorFlow itself: its settings, whether it can be loaded, and sessions.
 *
 * <p>Tensors, results, sessions and graphs are native memory: their creator must close them, also
 * after a failure. Sessions ({@code GraphSession}) are shared by threads, tensors never are.
 */
@NullMarked
package dev.imprint.tensorflow.session;

import org.jspecify.annotations.NullMarked;
