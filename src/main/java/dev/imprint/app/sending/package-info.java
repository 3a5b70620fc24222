/**
 * {@code imprint send} and {@code imprint label}: pictures and labels on their way from files to
 * the service's topics. {@link dev.imprint.app.sending.ImageFile} finds the files, {@code
 * FolderLabels} and {@link dev.imprint.app.sending.LabelSending} make feedback of what is known
 * about them, and {@code LabelReceipt} finds out what becomes of it.
 */
@NullMarked
package dev.imprint.app.sending;

import org.jspecify.annotations.NullMarked;
