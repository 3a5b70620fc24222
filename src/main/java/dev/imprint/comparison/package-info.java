/**
 * Versions compared, for people: {@link dev.imprint.comparison.Reproduction} trains one again and
 * compares the heads, {@link dev.imprint.comparison.VersionDiff} compares two records and
 * manifests, and {@link dev.imprint.comparison.ChangedSides} the answers of both to the same
 * pictures. {@link dev.imprint.comparison.VersionAnswers} is what one answers to examples.
 */
@NullMarked
package dev.imprint.comparison;

import org.jspecify.annotations.NullMarked;
