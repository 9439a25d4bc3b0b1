package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.ScriptReader.Cause;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.dialect.ScriptReader.SessionState;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.TransactionPart;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

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

  /** What is read of it while planning. */
  private record Found(List<Script> scripts, List<String> leftOut) {}

  private final String words;
  private final Optional<ScriptFiles> files;
  private final String text;

  private Statements(String words, Optional<ScriptFiles> files, String text) {
    this.words = words;
    this.files = files;
    this.text = text;
  }

  public static Statements files(Path fileOrDirectory) {
    ScriptFiles files = new ScriptFiles(fileOrDirectory, Optional.empty());
    return new Statements("scripts " + fileOrDirectory, Optional.of(files), "");
  }

  public static Statements text(String sql) {
    if (sql.isBlank()) {
      throw new IllegalArgumentException("sql is blank");
    }
    return new Statements(Names.ofSql(sql), Optional.empty(), sql);
  }

  /**
   * The same scripts, which may include others ({@code \i} of psql) that lie below this directory.
   * Without it, that is the directory they lie in themselves.
   *
   * @param root the scripts themselves lie below it, too; paths of {@code \i} begin there, as they
   *     begin in psql's working directory
   * @throws IllegalArgumentException when these are not scripts on disk
   */
  public Statements includingFrom(String root) {
    return includingFrom(Path.of(root));
  }

  /** The same for a path. */
  public Statements includingFrom(Path root) {
    Path home =
        files
            .map(ScriptFiles::root)
            .orElseThrow(() -> new IllegalArgumentException("text of a runbook includes nothing"));
    return new Statements(words, Optional.of(new ScriptFiles(home, Optional.of(root))), text);
  }

  private Found read() throws IOException {
    if (files.isEmpty()) {
      return new Found(List.of(Script.of("sql", text)), List.of());
    }
    ScriptFiles.Found found = files.get().read();
    return new Found(List.copyOf(found.scripts()), found.leftOut());
  }

  /** What was written in the runbook itself; empty when it lies in files. */
  public Optional<String> written() {
    return files.isEmpty() ? Optional.of(text) : Optional.empty();
  }

  /** The one script of it, for what cannot be several. */
  Script one() throws IOException {
    List<Script> scripts = read().scripts();
    if (scripts.size() != 1) {
      throw new Refusal(
          Finding.of("scripts.several", "one script is wanted, and there are several")
              .withExpected("one statement")
              .withFound(String.join(", ", scripts.stream().map(Script::name).toList()))
              .withFix("give each script as a step of its own"));
    }
    return scripts.get(0);
  }

  /** All of its scripts, in order; what was read of them is added to the lines. */
  List<Script> scripts(List<String> lines) throws IOException {
    Found found = read();
    for (Script script : found.scripts()) {
      if (script instanceof ScriptFile file) {
        file.pinned().forEach((name, sum) -> lines.add("-- " + name + "  sha256:" + sum));
      }
    }
    if (!found.leftOut().isEmpty()) {
      lines.add("-- left out, not *.sql: " + String.join(", ", found.leftOut()));
    }
    return found.scripts();
  }

  static Refusal empty(Script script) {
    return new Refusal(
        Finding.of("scripts.empty", "script '" + script.name() + "' holds no statement")
            .withExpected("at least one statement")
            .withFound("nothing but comments")
            .withFix("write the statement, or take " + script.name() + " out"));
  }

  @Override
  public Pinned pin(CheckContext reading) throws Exception {
    ScriptReader reader = reading.target().dialect().scripts().orElseThrow(() -> cannot(reading));
    Found found = read();
    List<String> preview = new ArrayList<>();
    List<List<ScriptStatement>> scripts = new ArrayList<>();
    for (Script script : found.scripts()) {
      List<ScriptStatement> read = reader.read(script);
      if (read.isEmpty()) {
        throw empty(script);
      }
      if (script instanceof ScriptFile file) {
        file.pinned().forEach((name, sum) -> preview.add("-- " + name + "  sha256:" + sum));
      }
      read.forEach(statement -> preview.addAll(lines(statement)));
      scripts.add(read);
    }
    if (!found.leftOut().isEmpty()) {
      preview.add("-- left out, not *.sql: " + String.join(", ", found.leftOut()));
    }
    return new Bound(reader, List.copyOf(preview), List.copyOf(scripts));
  }

  private static List<String> lines(ScriptStatement statement) {
    String sql = statement.sql() + ";";
    return statement
        .data()
        .map(data -> List.of(sql, "-- and its data of " + data.lines().count() + " lines"))
        .orElse(List.of(sql));
  }

  /**
   * @param scripts the statements of each, with those of the scripts it includes
   */
  private record Bound(
      ScriptReader reader, List<String> preview, List<List<ScriptStatement>> scripts)
      implements Pinned {

    @Override
    public List<ScriptStatement> statements() {
      return scripts.stream().flatMap(List::stream).toList();
    }

    @Override
    public Applied apply(EffectContext working) throws Exception {
      SessionState before = reader.remember(working.connection(), statements());
      long changed = 0;
      List<String> ended = new ArrayList<>();
      List<String> besides = new ArrayList<>();
      for (List<ScriptStatement> script : scripts) {
        long rows = 0;
        for (ScriptStatement statement : script) {
          working.progress().continuing();
          rows += execute(working, before, statement);
        }
        for (String words : before.besides(rows)) {
          besides.add(script.get(0).script() + ": " + words);
        }
        changed += rows;
        for (String name : before.restore()) {
          ended.add(name + " was changed by " + changer(script, name));
        }
      }
      return new Applied(changed, List.copyOf(ended), List.copyOf(besides));
    }

    /** The last statement that names it; some that change a setting do not, such as SET ROLE. */
    private static String changer(List<ScriptStatement> script, String name) {
      Pattern named =
          Pattern.compile("\\b" + Pattern.quote(name) + "\\b", Pattern.CASE_INSENSITIVE);
      return script.stream()
          .filter(statement -> named.matcher(statement.sql()).find())
          .reduce((first, second) -> second)
          .map(ScriptStatement::where)
          .orElse(script.get(0).script());
    }

    private long execute(EffectContext working, SessionState before, ScriptStatement statement)
        throws SQLException {
      try {
        return reader.execute(working.connection(), statement);
      } catch (SQLException e) {
        // Only what is known not to have taken effect may be told as a plain failure.
        if (working.target().dialect().concurrency().inDoubt(working.connection(), e)) {
          throw e;
        }
        Optional<Cause> cause = before.cause(e);
        String found = statement.where() + "  " + Query.message(e) + "\n" + statement.sql();
        StepFailed failed =
            new StepFailed(
                Finding.of("statement.failed", "a statement of the transaction failed")
                    .withExpected("each statement to succeed")
                    .withFound(found + cause.map(why -> "\n" + why.words()).orElse(""))
                    .withFix(cause.flatMap(Cause::fix).orElse(fix(statement, e))));
        failed.initCause(e);
        throw failed;
      }
    }

    /** Class 53: the server lacks disk, memory or connections, and the statement may be right. */
    private static String fix(ScriptStatement statement, SQLException e) {
      return String.valueOf(e.getSQLState()).startsWith("53")
          ? "give the server what it lacks, then run it again; nothing was changed"
          : "correct " + statement.where() + " and plan again";
    }
  }

  private static Refusal cannot(CheckContext reading) {
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
