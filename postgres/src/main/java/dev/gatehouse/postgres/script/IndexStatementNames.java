package dev.gatehouse.postgres.script;

import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The names in a statement about indexes. */
record IndexStatementNames(List<ScriptToken> tokens) {

  /** A name of one part or two, as it was meant. */
  record Name(List<String> parts) {
    Name {
      parts = List.copyOf(parts);
    }

    /** The last part. */
    String own() {
      return parts.get(parts.size() - 1);
    }

    /**
     * Which relation it means to this session, as an oid; 0 when there is none. Asked under the
     * account's own search_path, because the statement will be, too.
     */
    long oid(Connection connection) throws SQLException {
      return Queries.rowsOnPath(
              connection,
              "SELECT coalesce(pg_catalog.to_regclass(?)::pg_catalog.oid::pg_catalog.int8, 0) AS"
                  + " oid",
              row -> row.number("oid"),
              quoted())
          .get(0);
    }

    /** As the server reads it again. */
    String quoted() {
      return String.join(".", parts.stream().map(SqlNames::quoted).toList());
    }
  }

  /** The name that stands behind these words, with ONLY, IF EXISTS and IF NOT EXISTS left out. */
  Optional<Name> after(String... words) {
    int at = indexAfter(words);
    if (at < 0) {
      return Optional.empty();
    }
    while (at < tokens.size() && isFiller(tokens.get(at))) {
      at++;
    }
    List<Name> names = list(at);
    return names.isEmpty() ? Optional.empty() : Optional.of(names.get(0));
  }

  /** The names with commas between them that stand behind these words. */
  List<Name> allAfter(String... words) {
    int at = indexAfter(words);
    while (at >= 0 && at < tokens.size() && isFiller(tokens.get(at))) {
      at++;
    }
    return at < 0 ? List.of() : list(at);
  }

  private List<Name> list(int from) {
    List<Name> names = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    int at = from;
    while (at < tokens.size() && tokens.get(at).names()) {
      parts.add(tokens.get(at).text());
      ScriptToken next = at + 1 < tokens.size() ? tokens.get(at + 1) : tokens.get(at);
      if (next.isSign('.')) {
        at += 2;
        continue;
      }
      names.add(new Name(parts));
      parts.clear();
      if (!next.isSign(',')) {
        return names;
      }
      at += 2;
    }
    return names;
  }

  private static boolean isFiller(ScriptToken token) {
    return token.is("if") || token.is("not") || token.is("exists") || token.is("only");
  }

  private int indexAfter(String... words) {
    for (int at = 0; at + words.length <= tokens.size(); at++) {
      int matched = 0;
      while (matched < words.length && tokens.get(at + matched).is(words[matched])) {
        matched++;
      }
      if (matched == words.length) {
        return at + matched;
      }
    }
    return -1;
  }
}
