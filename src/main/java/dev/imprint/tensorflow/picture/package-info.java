/**
 * From a file's bytes to the pixels that a network takes.
 *
 * <p>{@link dev.imprint.tensorflow.picture.TensorFlowImageDecoder} recognizes the format by the
 * first bytes ({@code PictureFormat}); an {@code EncodedPicture} for each format checks the limits
 * by the header ({@code PngFile}, {@code JpegScans}, {@code GifExtensions}, {@code BmpFile}, {@code
 * WebPFile}) and has TensorFlow ({@code PictureGraph}) or ImageIO ({@code ImageIoPicture}) unpack
 * it, within one {@code PictureBudget} for the process. {@code KeptPicture} writes the copy of a
 * large picture that is kept for learning.
 */
@NullMarked
package dev.imprint.tensorflow.picture;

import org.jspecify.annotations.NullMarked;
