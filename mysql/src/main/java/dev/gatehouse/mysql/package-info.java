/**
 * MySQL and MariaDB. Enter by {@link dev.gatehouse.mysql.MySql}; no capability is claimed before it
 * is proven on a live server.
 */
@NullMarked
package dev.gatehouse.mysql;

import org.jspecify.annotations.NullMarked;
