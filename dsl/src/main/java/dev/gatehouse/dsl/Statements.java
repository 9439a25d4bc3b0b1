package dev.gatehouse.dsl;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.model.Reading;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.model.Working;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * SQL statements as a part of {@code inOneTransaction(...)}: the scripts of a directory in the
 * order of their names, one script, or text in the runbook itself.
 *
 * <p>Scripts are read while planning and pinned by SHA-256; one that was edited since makes another
 * plan. Immutable. Not a step by itself.
 *
 * @since 0.1
 */
public final class Statements implements TransactionPart {

  @FunctionalInterface
  private interface Source {
    ScriptFiles.Found read() throws Exception;
  }

  private record Located(String where, String sql) {}

  private final String words;
  private final Source source;

  private Statements(String words, Source source) {
    this.words = words;
    this.source = source;
  }

  static Statements files(Path fileOrDirectory) {
    ScriptFiles files = new ScriptFiles(fileOrDirectory);
    return new Statements("scripts " + fileOrDirectory, files::read);
  }

  static Statements text(String sql) {
    if (sql.isBlank()) {
      throw new IllegalArgumentException("sql is blank");
    }
    Script script = new Script("sql", sql, Optional.empty());
    return new Statements(Names.of(sql), () -> new ScriptFiles.Found(List.of(script), List.of()));
  }

  @Override
  public Pinned pin(Reading reading) throws Exception {
    ScriptReader reader = reading.target().dialect().scripts().orElseThrow(() -> cannot(reading));
    ScriptFiles.Found found = source.read();
    List<String> preview = new ArrayList<>();
    List<Located> statements = new ArrayList<>();
    for (Script script : found.scripts()) {
      List<ScriptStatement> read = reader.read(script.name(), script.text());
      if (read.isEmpty()) {
        throw new Refusal(
            Finding.of("scripts.empty", "script '" + script.name() + "' holds no statement")
                .withExpected("at least one statement")
                .withFound("nothing but comments")
                .withFix("write the statement, or take " + script.name() + " out"));
      }
      script.sha256().ifPresent(sum -> preview.add("-- " + script.name() + "  sha256:" + sum));
      for (ScriptStatement statement : read) {
        preview.add(statement.sql() + ";");
        statements.add(new Located(script.name() + ":" + statement.line(), statement.sql()));
      }
    }
    if (!found.leftOut().isEmpty()) {
      preview.add("-- left out, not *.sql: " + String.join(", ", found.leftOut()));
    }
    return new Bound(List.copyOf(preview), List.copyOf(statements));
  }

  private record Bound(List<String> preview, List<Located> statements) implements Pinned {
    @Override
    public long apply(Working working) throws Exception {
      long changed = 0;
      for (Located statement : statements) {
        working.progress().continuing();
        changed += execute(working, statement);
      }
      return changed;
    }

    private static long execute(Working working, Located located) throws SQLException {
      try (Statement statement = working.connection().createStatement()) {
        statement.execute(located.sql());
        return Math.max(0, statement.getLargeUpdateCount());
      } catch (SQLException e) {
        // Only what is known not to have taken effect may be told as a plain failure.
        if (working.target().dialect().concurrency().inDoubt(e)) {
          throw e;
        }
        StepFailed failed =
            new StepFailed(
                Finding.of("statement.failed", "a statement of the transaction failed")
                    .withExpected("each statement to succeed")
                    .withFound(located.where() + "  " + Query.message(e) + "\n" + located.sql())
                    .withFix("correct " + located.where() + " and plan again"));
        failed.initCause(e);
        throw failed;
      }
    }
  }

  private static Refusal cannot(Reading reading) {
    return new Refusal(
        Finding.of("dialect.no-scripts", "SQL scripts cannot be split here")
            .withExpected("a dialect that reads scripts")
            .withFound(reading.target().dialect().name() + " reads none")
            .withFix("use a target whose dialect does, instead of " + reading.target().name()));
  }

  @Override
  public String toString() {
    return words;
  }
}
