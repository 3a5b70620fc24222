/**
 * The file formats of pictures, read without TensorFlow.
 *
 * <p>{@link dev.imprint.tensorflow.picture.format.PictureFormat} recognizes a format by the first
 * bytes. {@code PngFile}, {@code JpegScans}, {@code GifExtensions}, {@code BmpFile} and {@code
 * WebPFile} read of a file only what the limits and the orientation need, before anything is
 * unpacked.
 */
@NullMarked
package dev.imprint.tensorflow.picture.format;

import org.jspecify.annotations.NullMarked;
