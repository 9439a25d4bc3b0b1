/** Passwords of roles. Door to enter by: {@code PostgresPasswords}. */
@NullMarked
package dev.gatehouse.postgres.password;

import org.jspecify.annotations.NullMarked;
