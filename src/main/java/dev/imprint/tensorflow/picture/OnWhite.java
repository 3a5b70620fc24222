package dev.imprint.tensorflow.picture;

import dev.imprint.model.backbone.Pixels;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/**
 * An unpacked frame on a white canvas, which it may cover partly.
 *
 * @param left of the frame, on the canvas
 * @param top of the frame, on the canvas
 * @param height of the canvas
 * @param width of the canvas
 */
record OnWhite(BufferedImage frame, int left, int top, int height, int width) {
  Pixels pixels(PictureGraph graph, Window window) {
    return graph.bgr(this::rows, height, width, window);
  }

  private byte[] rows(int first, int rows) {
    BufferedImage canvas = new BufferedImage(width, rows, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = canvas.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, rows);
      graphics.drawImage(frame, left, top - first, null);
    } finally {
      graphics.dispose();
    }
    return ((DataBufferByte) canvas.getRaster().getDataBuffer()).getData();
  }
}
