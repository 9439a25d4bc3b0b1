/**
 * Files and directories that only the account Gatehouse runs as may see, and that survive a power
 * loss: journals, keys, reports, scratch directories. The vault, which must also notice that a
 * directory was exchanged under it, has its own.
 *
 * <p>Door to enter by: {@link dev.gatehouse.core.disk.PrivateFiles}.
 */
@NullMarked
package dev.gatehouse.core.disk;

import org.jspecify.annotations.NullMarked;
