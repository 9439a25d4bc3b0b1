package dev.gatehouse.core.script;

import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One reading of a script and of those it includes; a product says what it makes of each. One use,
 * one thread.
 *
 * @since 0.1
 */
public abstract class ScriptReading {
  private static final int DEEPEST = 30;

  private final Deque<String> open = new ArrayDeque<>();
  private final List<ScriptStatement> statements = new ArrayList<>();

  /** Reads the script; its statements in the order of their execution. */
  public final List<ScriptStatement> statements(Script script) {
    read(script);
    return List.copyOf(statements);
  }

  /** Reads one script to its end, and adds each statement. */
  protected abstract void read(Script script, InputStream utf8) throws IOException;

  /** The next statement to be executed. */
  protected final void add(ScriptStatement statement) {
    statements.add(statement);
  }

  /**
   * Reads a script where another includes it.
   *
   * @param where the other does so, for messages
   * @throws Refusal when they include each other without end
   */
  protected final void include(Script included, String where) {
    String chain = where + "  " + String.join(" -> ", open);
    if (open.contains(included.name())) {
      throw ScriptRefusal.of(
          "script.include-cycle",
          "a script includes itself",
          chain + " -> " + included.name(),
          "take one of these lines out");
    }
    if (open.size() >= DEEPEST) {
      throw ScriptRefusal.of(
          "script.include-cycle",
          "scripts include each other more than " + DEEPEST + " deep",
          chain,
          "include them from one script, one after the other");
    }
    read(included);
  }

  private void read(Script script) {
    open.addLast(script.name());
    try {
      read(script, new ByteArrayInputStream(script.text().getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.removeLast();
  }
}
