/** Measures Gatehouse against the stock tools on this machine: {@code examples/run bench}. */
@NullMarked
package dev.gatehouse.examples.bench;

import org.jspecify.annotations.NullMarked;
