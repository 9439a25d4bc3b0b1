package dev.gatehouse.postgres.backup;

import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a statement on a copy shares with the whole server: roles and what else has no database, the
 * server's files and programs, and other servers. (PostgreSQL documentation, "System Catalogs":
 * those that are shared across all databases of a cluster.)
 */
final class BeyondCopy {
  private static final Pattern SHARED =
      Pattern.compile(
          "\\b(?:CREATE|ALTER|DROP)\\s+(?:ROLE|USER(?!\\s+MAPPING)|GROUP|DATABASE|TABLESPACE"
              + "|SUBSCRIPTION|SERVER)\\b"
              + "|\\bALTER\\s+SYSTEM\\b|\\b(?:REASSIGN|DROP)\\s+OWNED\\b"
              + "|\\b(?:COMMENT|SECURITY\\s+LABEL)\\b[^;]*?\\bON\\s+(?:ROLE|DATABASE|TABLESPACE)\\b"
              + "|\\bON\\s+(?:DATABASE|TABLESPACE|PARAMETER)\\b"
              + "|\\bCOPY\\b[^;]*?\\b(?:PROGRAM|(?:TO|FROM)\\s+')"
              + "|\\b(?:dblink\\w*|lo_export|lo_import|pg_file_\\w+|pg_terminate_backend"
              + "|pg_cancel_backend|pg_reload_conf|pg_\\w*replication_\\w+|pg_promote|pg_switch_wal"
              + "|pg_logical_emit_message)\\s*\\(",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** A grant of a role, which names no object. */
  private static final Pattern MEMBERSHIP =
      Pattern.compile("\\b(?:GRANT|REVOKE)\\b[^;]*", Pattern.CASE_INSENSITIVE);

  private static final Pattern ON = Pattern.compile("\\bON\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern ALL_OPTIONS =
      Pattern.compile("\\b(?:GRANT|ADMIN|HIERARCHY)\\s+OPTION\\b", Pattern.CASE_INSENSITIVE);

  private static final List<String> WAYS_OUT =
      List.of(
          "SELECT 'foreign table ' || ftrelid::regclass FROM pg_foreign_table ORDER BY 1 LIMIT 5",
          "SELECT 'routine ' || p.oid::regprocedure || ' in ' || l.lanname FROM pg_proc p JOIN"
              + " pg_language l ON l.oid = p.prolang WHERE NOT l.lanpltrusted AND l.lanname NOT IN"
              + " ('internal', 'c') ORDER BY 1 LIMIT 5",
          "SELECT 'extension ' || extname FROM pg_extension WHERE extname IN ('dblink',"
              + " 'postgres_fdw', 'file_fdw', 'pg_cron', 'adminpack') ORDER BY 1");

  private BeyondCopy() {}

  static List<String> of(List<String> statements, Connection source) throws SQLException {
    String text = String.join("\n", statements);
    List<String> found = new ArrayList<>();
    SHARED.matcher(text).results().forEach(one -> found.add(words(one.group())));
    MEMBERSHIP
        .matcher(text)
        .results()
        .map(one -> ALL_OPTIONS.matcher(one.group()).replaceAll(""))
        .filter(one -> !ON.matcher(one).find())
        .forEach(one -> found.add(words(one)));
    for (String query : WAYS_OUT) {
      found.addAll(Queries.column(source, query));
    }
    return found.stream().distinct().toList();
  }

  private static String words(String statement) {
    String line = statement.strip().replaceAll("\\s+", " ");
    return line.length() > 80
        ? line.substring(0, 80).toLowerCase(Locale.ROOT) + "..."
        : line.toLowerCase(Locale.ROOT);
  }
}
