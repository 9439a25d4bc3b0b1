/**
 * Backup artifacts: what a backup wrote ({@link dev.gatehouse.core.artifact.Manifest}), where it is
 * kept ({@link dev.gatehouse.core.artifact.Vault}), and how it is proved unaltered.
 *
 * <p>Door to enter by: {@code Vault}.
 */
@NullMarked
package dev.gatehouse.core.artifact;

import org.jspecify.annotations.NullMarked;
