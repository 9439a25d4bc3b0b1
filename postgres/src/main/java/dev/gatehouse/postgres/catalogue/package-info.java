/**
 * The structure of a database as its catalogue tells it, for baselines and drift.
 *
 * <p>Door to enter by: {@link dev.gatehouse.postgres.catalogue.PostgresCatalogue}.
 */
@NullMarked
package dev.gatehouse.postgres.catalogue;

import org.jspecify.annotations.NullMarked;
