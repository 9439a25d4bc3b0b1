/** How an application tests who may do what in its database. */
@NullMarked
package dev.gatehouse.examples.webshop;

import org.jspecify.annotations.NullMarked;
