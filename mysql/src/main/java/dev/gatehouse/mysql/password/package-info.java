/** Passwords of accounts. Door to enter by: {@code MySqlPasswords}. */
@NullMarked
package dev.gatehouse.mysql.password;

import org.jspecify.annotations.NullMarked;
