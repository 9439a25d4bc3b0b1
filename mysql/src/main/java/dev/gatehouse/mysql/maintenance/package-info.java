/**
 * What the engines find in tables, and do to them: CHECK, REPAIR, rebuild, ANALYZE.
 *
 * <p>Door to enter by: {@link dev.gatehouse.mysql.MySql#tables()}.
 */
@NullMarked
package dev.gatehouse.mysql.maintenance;

import org.jspecify.annotations.NullMarked;
