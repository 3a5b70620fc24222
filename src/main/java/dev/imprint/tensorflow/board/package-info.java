/** Event files, which TensorBoard reads. */
@NullMarked
package dev.imprint.tensorflow.board;

import org.jspecify.annotations.NullMarked;
