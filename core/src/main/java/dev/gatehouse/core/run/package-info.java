/**
 * Where runbooks are planned and executed: the only place that calls an effect.
 *
 * <p>Door to enter by: {@code Plan}.
 */
@NullMarked
package dev.gatehouse.core.run;

import org.jspecify.annotations.NullMarked;
