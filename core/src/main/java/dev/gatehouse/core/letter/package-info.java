/**
 * What people say to a run from other processes: letters, the box beside the journal they are put
 * into, and which of them are believed. Nothing here decides what a word does; that is the run's.
 *
 * <p>Door to enter by: {@code Mailbox}.
 */
@NullMarked
package dev.gatehouse.core.letter;

import org.jspecify.annotations.NullMarked;
