/**
 * Scripts of SQL as every product has them: cut into statements and lines for a client by a
 * product's {@link dev.gatehouse.core.script.Lexer}, read with those they include, and refused in
 * the same words.
 *
 * <p>Doors to enter by: {@code ScriptCutter}, {@code ScriptReading}.
 */
@NullMarked
package dev.gatehouse.core.script;

import org.jspecify.annotations.NullMarked;
