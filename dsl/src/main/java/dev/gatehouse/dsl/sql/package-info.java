/** Verbs that read with queries and change with scripts and statements. */
@NullMarked
package dev.gatehouse.dsl.sql;

import org.jspecify.annotations.NullMarked;
