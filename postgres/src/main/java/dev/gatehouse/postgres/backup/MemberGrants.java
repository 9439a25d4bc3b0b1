package dev.gatehouse.postgres.backup;

import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an archive grants or revokes on members of extensions and on what the server itself brought,
 * and default privileges of roles that this account cannot act for. It is not restored: only the
 * owner may, which is a superuser also where an ordinary account made a trusted extension.
 */
final class MemberGrants {
  /** Name of the fact in the evidence. */
  static final String NOTE = "not restored: privileges of others";

  private static final Pattern STATEMENT =
      Pattern.compile(
          "(?:GRANT|REVOKE) .*? ON (FUNCTION|PROCEDURE|TABLE|SEQUENCE|TYPE|SCHEMA|LANGUAGE"
              + "|FOREIGN DATA WRAPPER) (.+) (?:TO|FROM) .*",
          Pattern.DOTALL);

  private static final Pattern DEFAULTS =
      Pattern.compile(
          "ALTER DEFAULT PRIVILEGES FOR ROLE (\\S+|\"(?:[^\"]++|\"\")++\") (?:GRANT|REVOKE) .*",
          Pattern.DOTALL);

  /** Not by to_regclass and the like: they ask for USAGE on a schema that may be another's. */
  private static Kind named(String catalogue, String prefix) {
    return new Kind(
        catalogue,
        prefix + "owner",
        ("(SELECT n.oid FROM %1$s n JOIN pg_namespace s ON s.oid = n.%2$snamespace"
                + " WHERE quote_ident(s.nspname) || '.' || quote_ident(n.%2$sname) = ?)")
            .formatted(catalogue, prefix));
  }

  private record Kind(String catalogue, String owner, String oid) {
    /** Whether it is the server's or an extension's, and of another owner. */
    String question() {
      return ("SELECT EXISTS (SELECT FROM %1$s o WHERE o.oid = %2$s"
              + " AND NOT pg_has_role(o.%3$s, 'USAGE') AND (o.oid < 16384 OR EXISTS (SELECT"
              + " FROM pg_depend e WHERE e.classid = '%1$s'::regclass AND e.objid = o.oid"
              + " AND e.deptype = 'e')))")
          .formatted(catalogue, oid, owner);
    }
  }

  /** An archive has the names and modes of arguments; of aggregates their types alone. */
  private static final Kind ROUTINE =
      new Kind(
          "pg_proc",
          "proowner",
          "(SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
              + " CROSS JOIN LATERAL (SELECT quote_ident(n.nspname) || '.' || quote_ident(p.proname)"
              + " AS words, (SELECT coalesce(string_agg(format_type(t, NULL), ', ' ORDER BY at), '')"
              + " FROM unnest(p.proargtypes) WITH ORDINALITY types (t, at)) AS types) name,"
              + " (SELECT ? AS text) said WHERE starts_with(said.text, name.words || '(')"
              + " AND said.text IN (name.words || '(' || name.types || ')',"
              + " name.words || '(' || pg_get_function_identity_arguments(p.oid) || ')'))");

  private static final Kind RELATION = named("pg_class", "rel");
  private static final Map<String, Kind> KINDS =
      Map.of(
          "FUNCTION",
          ROUTINE,
          "PROCEDURE",
          ROUTINE,
          "TABLE",
          RELATION,
          "SEQUENCE",
          RELATION,
          "TYPE",
          named("pg_type", "typ"),
          "SCHEMA",
          new Kind("pg_namespace", "nspowner", "to_regnamespace(?)"),
          "LANGUAGE",
          new Kind(
              "pg_language",
              "lanowner",
              "(SELECT l.oid FROM pg_language l WHERE quote_ident(l.lanname) = ?)"),
          "FOREIGN DATA WRAPPER",
          new Kind(
              "pg_foreign_data_wrapper",
              "fdwowner",
              "(SELECT w.oid FROM pg_foreign_data_wrapper w WHERE quote_ident(w.fdwname) = ?)"));

  private final Connection session;
  private final List<String> left = new ArrayList<>();

  MemberGrants(Connection session) {
    this.session = session;
  }

  /** Whether the statement is one that this account cannot execute. */
  boolean leaves(String sql) throws SQLException {
    boolean leaves = isOfOthers(sql);
    if (leaves) {
      left.add(sql);
    }
    return leaves;
  }

  private boolean isOfOthers(String sql) throws SQLException {
    Matcher defaults = DEFAULTS.matcher(sql);
    if (defaults.matches()) {
      return Queries.isTrue(
          session, "SELECT NOT pg_has_role(to_regrole(?)::oid, 'USAGE')", defaults.group(1));
    }
    Matcher matcher = STATEMENT.matcher(sql);
    if (!(sql.startsWith("GRANT ") || sql.startsWith("REVOKE ")) || !matcher.matches()) {
      return false;
    }
    Kind kind = KINDS.get(matcher.group(1));
    // An aggregate of no argument, as an archive has it.
    String name = matcher.group(2).replace("(*)", "()");
    return kind != null && Queries.isTrue(session, kind.question(), name);
  }

  /** The statements, for the evidence; empty when there are none. */
  String words() {
    return String.join("; ", left);
  }
}
