/**
 * What an account can do, asked in a login of its own. Enter by {@link
 * dev.gatehouse.mysql.probe.MySqlRoleProbes}.
 */
@NullMarked
package dev.gatehouse.mysql.probe;

import org.jspecify.annotations.NullMarked;
