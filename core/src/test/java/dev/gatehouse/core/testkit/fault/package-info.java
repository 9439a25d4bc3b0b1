/**
 * Faults that tests make happen to a dialect, a server or a run: a cut or slow line, a frozen or
 * killed process, a full disk, a stop at the n-th point, and the hunt for secrets that leaked.
 *
 * <p>Each fault has a test that shows it happening; a fault kit that does nothing would make every
 * test that uses it green.
 */
@NullMarked
package dev.gatehouse.core.testkit.fault;

import org.jspecify.annotations.NullMarked;
