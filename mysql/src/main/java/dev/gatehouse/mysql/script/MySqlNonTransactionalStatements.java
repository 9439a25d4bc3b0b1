package dev.gatehouse.mysql.script;

import dev.gatehouse.core.dialect.NonTransactionalStatements;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptPart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What commits by itself on MySQL and MariaDB. CREATE TABLE, ALTER TABLE, CREATE INDEX, RENAME
 * TABLE, CREATE of views, triggers, routines and events, and DROP of all of these are proven by
 * state: how it was before, how it should be, how it is. Any other, and changes of partitions,
 * needs a query that tells.
 */
public final class MySqlNonTransactionalStatements implements NonTransactionalStatements {
  private static final Set<String> COMMITTING =
      Set.of(
          "alter",
          "analyze",
          "create",
          "drop",
          "grant",
          "optimize",
          "rename",
          "revoke",
          "truncate");

  @Override
  public List<Placed> readEach(Script script) {
    List<Placed> placed = new ArrayList<>();
    byte[] utf8 = script.text().getBytes(StandardCharsets.UTF_8);
    try {
      StatementParts.each(
          script.name(),
          new ByteArrayInputStream(utf8),
          part -> placed.add(placed(script.name() + ":" + part.line(), part)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return placed;
  }

  private static Placed placed(String where, ScriptPart part) {
    ScriptRules rules = new ScriptRules(where, part);
    rules.refuseAnywhere();
    boolean temporary =
        part.tokens().size() > 1
            && part.tokens().stream().limit(4).anyMatch(token -> token.is("temporary"));
    if (!COMMITTING.contains(rules.verb()) || temporary) {
      throw new Refusal(
          Finding.of("lone.transactional", "a statement stands alone that should not")
              .withExpected(
                  "a statement that commits by itself: " + COMMITTING.stream().sorted().toList())
              .withFound(rules.found())
              .withFix(
                  "put what changes rows into inOneTransaction(...), which is exactly once; take"
                      + " anything else out"));
    }
    return new Placed(where, SchemaStatement.of(part.text()));
  }
}
