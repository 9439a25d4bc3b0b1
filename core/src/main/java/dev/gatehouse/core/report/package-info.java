/**
 * Plans and runs as people and machines read them. Nothing here executes, and nothing is printed
 * unless a {@link dev.gatehouse.core.report.LiveConsole} is attached to a run.
 *
 * <p>Names, findings and facts come from databases and people. Every room of this package shows
 * characters that a terminal or a browser would act on as visible escapes, and never drops them:
 * what a reviewer reads must be all there is.
 *
 * <p>Doors to enter by: {@code PlanText} before a run, {@code LiveConsole} while it goes on, {@code
 * RunText} and {@code Reports} after it.
 */
@NullMarked
package dev.gatehouse.core.report;

import org.jspecify.annotations.NullMarked;
