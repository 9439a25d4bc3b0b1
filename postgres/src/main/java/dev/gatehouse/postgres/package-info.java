/**
 * The PostgreSQL dialect. Empty so far: no capability is claimed before it is proven on a live
 * server.
 */
@NullMarked
package dev.gatehouse.postgres;

import org.jspecify.annotations.NullMarked;
