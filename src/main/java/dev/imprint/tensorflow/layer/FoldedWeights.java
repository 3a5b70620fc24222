package dev.imprint.tensorflow.layer;

import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The kernel and the bias of a convolution or Dense, with adjacent batch norms folded in.
 *
 * @param bias null if there is none
 */
record FoldedWeights(Operand<TFloat32> kernel, @Nullable Operand<TFloat32> bias) {
  /**
   * @param groups of channels that are independent of each other; a depthwise convolution has one
   *     for each input channel
   */
  record Channels(int inputs, int outputs, int groups) {}

  /**
   * Reads them from the file.
   *
   * @param index of the kernel among the layer's variables; the bias comes after it
   * @param shape of the kernel
   */
  static FoldedWeights of(LayerBuilder.Call call, int index, int[] shape, Channels channels) {
    boolean hasBias = call.options().flag("use_bias");
    LayerBuilder.Call before = call.normBefore();
    LayerBuilder.Call after = call.normAfter();
    int outputs = channels.outputs();
    if (before == null && after == null) { // calls of one layer share its weights
      return new FoldedWeights(
          call.weight(index, shape), hasBias ? call.weight(index + 1, outputs) : null);
    }
    float[] kernel = call.variables().read(index, shape);
    float[] bias = hasBias ? call.variables().read(index + 1, outputs) : new float[outputs];
    if (before != null) {
      affine(before, channels.inputs()).foldAhead(kernel, bias, channels.groups());
    }
    if (after != null) {
      affine(after, outputs).foldBack(kernel, bias);
    }
    return new FoldedWeights(call.constant(kernel, shape), call.constant(bias, outputs));
  }

  private static ChannelAffine affine(LayerBuilder.Call norm, int channels) {
    ChannelAffine affine = BatchNormalization.affine(norm, channels);
    norm.options().refuseUnread();
    return affine;
  }

  /** BiasAdd rather than Add: the form that TensorFlow fuses with the convolution. */
  Operand<TFloat32> biased(LayerBuilder.Call call, Operand<TFloat32> product) {
    return bias == null ? product : call.tf().nn.biasAdd(product, bias);
  }
}
