package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.ScriptReader;

/** Lends the tests of the verbs the reader that the SQLite dialect keeps to itself. */
public final class Scripts {
  private Scripts() {}

  public static ScriptReader reader() {
    return new SqliteScripts();
  }
}
