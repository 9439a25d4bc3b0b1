package dev.gatehouse.postgres;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Reading;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A check that only PostgreSQL can answer. Made by {@link Postgres}; a guard after {@link #every}.
 *
 * <p>Immutable. Reads only.
 *
 * @since 0.1
 */
public final class PostgresCheck implements Check {

  /** What is asked of the server. */
  @FunctionalInterface
  interface Question {
    Outcome ask(Reading reading) throws Exception;
  }

  /** What is looked at while planning. */
  @FunctionalInterface
  interface Planning {
    List<String> plan(Reading reading) throws Exception;
  }

  private final String name;
  private final Planning planning;
  private final Question question;
  private final Supplier<Question> watching;

  PostgresCheck(String name, List<String> preview, Question question) {
    this(name, preview, question, () -> question);
  }

  /**
   * @param watching makes the question for the length of one run
   */
  PostgresCheck(String name, List<String> preview, Question question, Supplier<Question> watching) {
    this(name, reading -> preview, question, watching);
  }

  PostgresCheck(String name, Planning planning, Question question) {
    this(name, planning, question, () -> question);
  }

  private PostgresCheck(
      String name, Planning planning, Question question, Supplier<Question> watching) {
    this.name = name;
    this.planning = planning;
    this.question = question;
    this.watching = watching;
  }

  /** The same check under another name. */
  public PostgresCheck named(String newName) {
    return new PostgresCheck(newName, planning, question, watching);
  }

  /**
   * The same check as a guard that is asked again after each such interval, aborts the run on the
   * first failure and holds it on the first answer that could not be had.
   *
   * @throws IllegalArgumentException when the interval is not above zero
   */
  public Guard every(Duration interval) {
    return Guard.of(this, interval);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> plan(Reading reading) throws Exception {
    refuseOtherProduct(name, reading);
    return planning.plan(reading);
  }

  static void refuseOtherProduct(String name, Reading reading) {
    String dialect = reading.target().dialect().name();
    if (!dialect.equals(Products.POSTGRESQL)) {
      throw new Refusal(
          Finding.of("postgres.other-product", "'" + name + "' can only be asked of PostgreSQL")
              .withExpected("a target with Postgres.dialect()")
              .withFound("'" + reading.target() + "', which is " + dialect)
              .withFix("plan this gate for a PostgreSQL target, or remove the step"));
    }
  }

  @Override
  public Outcome evaluate(Reading reading) throws Exception {
    return question.ask(reading);
  }

  @Override
  public Check watching() {
    Question question = watching.get();
    return new PostgresCheck(name, planning, question, () -> question);
  }

  @Override
  public String toString() {
    return name;
  }
}
