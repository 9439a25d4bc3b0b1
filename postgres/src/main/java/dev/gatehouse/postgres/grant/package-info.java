/**
 * Access control lists entry by entry, and statements that grant and revoke: what is written and
 * executed. What follows from it is for {@code postgres.access} to say.
 */
@NullMarked
package dev.gatehouse.postgres.grant;

import org.jspecify.annotations.NullMarked;
