/** Plans and runs as people and machines read them. */
@NullMarked
package dev.gatehouse.core.report;

import org.jspecify.annotations.NullMarked;
