/**
 * Sessions with a PostgreSQL server: which server this is, sessions that read and sessions that
 * write, the lease, the latch, the fence, and our own schema {@code gatehouse}.
 *
 * <p>Door to enter by: {@link dev.gatehouse.postgres.session.Sessions} and {@link
 * dev.gatehouse.postgres.session.PostgresConcurrency}.
 */
@NullMarked
package dev.gatehouse.postgres.session;

import org.jspecify.annotations.NullMarked;
