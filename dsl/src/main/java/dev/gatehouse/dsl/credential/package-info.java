/**
 * Rotating passwords, and where the new ones are kept. Door to enter by: {@link
 * dev.gatehouse.dsl.credential.RotatePassword}.
 */
@NullMarked
package dev.gatehouse.dsl.credential;

import org.jspecify.annotations.NullMarked;
