/** Verbs for what answers by HTTP: asked as checks, and changed as steps. */
@NullMarked
package dev.gatehouse.dsl.http;

import org.jspecify.annotations.NullMarked;
