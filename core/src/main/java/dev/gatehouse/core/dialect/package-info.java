/**
 * What a database product must supply so that runbooks run on it: a {@link
 * dev.gatehouse.core.dialect.Dialect} and its capabilities, and the {@link
 * dev.gatehouse.core.dialect.Target} a plan is bound to.
 *
 * <p>Door to enter by: {@code Dialect}.
 */
@NullMarked
package dev.gatehouse.core.dialect;

import org.jspecify.annotations.NullMarked;
