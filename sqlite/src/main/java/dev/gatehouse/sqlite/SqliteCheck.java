package dev.gatehouse.sqlite;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Reading;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import java.util.List;

/**
 * A check that only SQLite can answer. Made by {@link Sqlite}.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class SqliteCheck implements Check {

  /** What is asked of the database. */
  @FunctionalInterface
  interface Question {
    Outcome ask(Reading reading) throws Exception;
  }

  private final String name;
  private final List<String> preview;
  private final Question question;

  SqliteCheck(String name, List<String> preview, Question question) {
    this.name = name;
    this.preview = preview;
    this.question = question;
  }

  /** The same check under another name. */
  public SqliteCheck named(String newName) {
    return new SqliteCheck(newName, preview, question);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> plan(Reading reading) {
    String dialect = reading.target().dialect().name();
    if (!dialect.equals(Products.SQLITE)) {
      throw new Refusal(
          Finding.of("sqlite.other-product", "'" + name + "' can only be asked of SQLite")
              .withExpected("a target with Sqlite.dialect()")
              .withFound("'" + reading.target() + "', which is " + dialect)
              .withFix("plan this gate for a SQLite target, or remove the step"));
    }
    return preview;
  }

  @Override
  public Outcome evaluate(Reading reading) throws Exception {
    return question.ask(reading);
  }

  @Override
  public String toString() {
    return name;
  }
}
