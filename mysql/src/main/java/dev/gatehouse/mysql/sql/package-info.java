/**
 * The tokens of MySQL and MariaDB, as far as splitting and judging need them. Enter by {@link
 * dev.gatehouse.mysql.sql.SqlTokens}.
 */
@NullMarked
package dev.gatehouse.mysql.sql;

import org.jspecify.annotations.NullMarked;
