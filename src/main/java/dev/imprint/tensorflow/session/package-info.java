/**
 * TensorFlow itself: its settings, whether it can be loaded, and sessions.
 *
 * <p>Tensors, results, sessions and graphs are native memory: whoever makes one closes it, on
 * failure too. Sessions ({@code GraphSession}) are shared by threads, tensors never are.
 */
@NullMarked
package dev.imprint.tensorflow.session;

import org.jspecify.annotations.NullMarked;
