/**
 * Strict JSON for everything that is hashed or signed: journals, manifests, reports.
 *
 * <p>Door to enter by: {@link dev.gatehouse.core.json.Json}.
 */
@NullMarked
package dev.gatehouse.core.json;

import org.jspecify.annotations.NullMarked;
