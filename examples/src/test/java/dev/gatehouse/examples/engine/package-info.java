/** Where the examples get a server from when they are given no address. */
@NullMarked
package dev.gatehouse.examples.engine;

import org.jspecify.annotations.NullMarked;
