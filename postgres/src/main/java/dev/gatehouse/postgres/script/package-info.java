/**
 * Scripts as psql reads them: tokens, client commands, variables, and what may stand in a
 * transaction.
 *
 * <p>Door to enter by: {@link dev.gatehouse.postgres.script.PsqlScripts}.
 */
@NullMarked
package dev.gatehouse.postgres.script;

import org.jspecify.annotations.NullMarked;
