/** Rotations of passwords as each product's tests show them, whole and killed. */
@NullMarked
package dev.gatehouse.core.testkit.credential;

import org.jspecify.annotations.NullMarked;
