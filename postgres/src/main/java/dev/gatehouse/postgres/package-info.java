/**
 * The PostgreSQL dialect: sessions that cannot write, leases, latches, fences and markers.
 *
 * <p>Door to enter by: {@code Postgres}.
 */
@NullMarked
package dev.gatehouse.postgres;

import org.jspecify.annotations.NullMarked;
