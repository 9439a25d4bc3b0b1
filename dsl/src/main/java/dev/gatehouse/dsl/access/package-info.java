/** Verbs for privileges: claims, matrices, grants, attempts as a role, known findings. */
@NullMarked
package dev.gatehouse.dsl.access;

import org.jspecify.annotations.NullMarked;
