package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.NonTransactionalStatements;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptWords;
import dev.gatehouse.postgres.script.ScriptPiece.Statement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What PostgreSQL cannot execute inside a transaction block, and what it leaves when it fails. */
public final class PsqlNonTransactionalStatements implements NonTransactionalStatements {

  @Override
  public List<Placed> readEach(Script script) {
    List<Placed> statements = new ArrayList<>();
    for (ScriptPiece piece : pieces(script)) {
      String where = script.name() + ":" + piece.line();
      if (!(piece instanceof Statement statement)) {
        throw new Refusal(
            Finding.of("lone.command", "a script outside of transactions is not statements alone")
                .withExpected("statements, each of which can be looked at after a failure")
                .withFound(where + "  a psql command or rows of COPY")
                .withFix("take it out, or put it into a script for inOneTransaction(...)"));
      }
      statements.add(new Placed(where, read(where, statement)));
    }
    return statements;
  }

  private static NonTransactional read(String where, Statement statement) {
    ScriptWords words = new ScriptWords(statement.tokens());
    String sql = statement.sql();
    if (!TransactionBlocks.forbid(words)) {
      throw new Refusal(
          Finding.of("lone.transactional", "a statement that a transaction can hold stands alone")
              .withExpected("a statement that cannot run in a transaction")
              .withFound(where + "  " + sql)
              .withFix("inOneTransaction(sql(\"" + sql + "\")), which is exactly once"));
    }
    IndexStatementNames names = new IndexStatementNames(statement.tokens());
    return switch (words.verb()) {
      case "create" ->
          words.has("index")
              ? ConcurrentIndexBuild.built(sql, names)
              : new UnprobeableStatement(sql, false);
      case "drop" ->
          words.has("index")
              ? ConcurrentIndexBuild.dropped(sql, names)
              : new UnprobeableStatement(sql, false);
      case "reindex" -> ConcurrentReindex.of(sql, words, names);
      case "vacuum", "cluster" -> new UnprobeableStatement(sql, true);
      default -> new UnprobeableStatement(sql, false);
    };
  }

  /** People's own SQL, in which braces are none of JDBC's. */
  static void execute(Connection connection, String sql) throws SQLException {
    try (java.sql.Statement executing = connection.createStatement()) {
      executing.setEscapeProcessing(false);
      executing.execute(sql);
    }
  }

  private static List<ScriptPiece> pieces(Script script) {
    List<ScriptPiece> pieces = new ArrayList<>();
    byte[] utf8 = script.text().getBytes(StandardCharsets.UTF_8);
    try {
      ScriptSource source =
          new ScriptSource(script.name(), new ByteArrayInputStream(utf8), ScriptVariables.NONE);
      Optional<ScriptPiece> piece = source.next();
      while (piece.isPresent()) {
        pieces.add(piece.get());
        piece = source.next();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pieces;
  }
}
