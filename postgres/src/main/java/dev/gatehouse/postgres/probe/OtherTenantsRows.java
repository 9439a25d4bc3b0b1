package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The rows of a table that are not the tenant's, as who sees all of them: what an attempt has done
 * to them.
 *
 * @param condition which rows these are
 */
record OtherTenantsRows(ProbeContext on, String condition) {

  /** The place of a row tells that it was written, even when it was given the values it had. */
  private static final String VERSION =
      "hashtextextended(o.tableoid::text || o.ctid::text || o::text, 0)";

  /** A row made under a setting that nobody has is whose the setting says, and not of others. */
  static OtherTenantsRows of(ProbeContext on, TenantContext context) {
    return new OtherTenantsRows(
        on,
        context.settings().isEmpty()
            ? "true"
            : on.by() + "::text IS DISTINCT FROM " + SqlNames.literal(context.own()));
  }

  private String from() {
    return " FROM " + on.name() + " o WHERE " + condition;
  }

  /** Another one when any of them was inserted, updated or deleted. */
  String digest() throws SQLException {
    return Queries.pinned(on.session().admin(), question());
  }

  /** Within an attempt that has just been made. */
  String digestAfterwards() throws SQLException {
    return on.session().lookedAt(question());
  }

  private String question() {
    return "SELECT count(*) || '/' || coalesce(sum(" + VERSION + "::numeric), 0)" + from();
  }

  /** Version of each by its key. */
  Map<String, String> versions() throws SQLException {
    Map<String, String> versions = new HashMap<>();
    for (Row row :
        Queries.rows(
            on.session().admin(),
            "SELECT %s AS key, %s AS version%s"
                .formatted(TenantRows.keyText(on.rows().keys()), VERSION, from()),
            Function.identity())) {
      versions.put(row.text("key"), row.text("version"));
    }
    return versions;
  }

  /** How many of them are not what they were. */
  static int changed(Map<String, String> before, Map<String, String> after) {
    Set<String> keys = new HashSet<>(before.keySet());
    keys.addAll(after.keySet());
    keys.removeIf(key -> before.getOrDefault(key, "").equals(after.getOrDefault(key, "")));
    return keys.size();
  }
}
