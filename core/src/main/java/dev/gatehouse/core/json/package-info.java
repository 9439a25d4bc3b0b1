/**
 * Strict JSON for everything that is hashed or signed, and the digest over it: journals, manifests,
 * reports.
 *
 * <p>Door to enter by: {@link dev.gatehouse.core.json.Json}.
 */
@NullMarked
package dev.gatehouse.core.json;

import org.jspecify.annotations.NullMarked;
