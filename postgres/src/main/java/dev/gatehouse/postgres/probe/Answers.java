package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.core.dialect.RoleProbes.DeniedBy;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one role is answered by something built over the table. It must not depend on rows of
 * others: it is asked in the world as it is, and in one from which those rows are gone.
 */
record Answers(ProbeContext table, List<TenantRows> tree, String words, String sql) {
  private static final String WAY = "views and functions";

  /**
   * What came of asking.
   *
   * @param rows sorted, because nothing tells their order; empty when there was no answer, or it is
   *     not the same without the rows of others
   * @param isDenied whether a privilege is missing, so that no rows change anything
   */
  record Told(Optional<List<String>> rows, boolean isDenied) {
    private static final Told NOTHING = new Told(Optional.empty(), false);
  }

  String what(TenantContext context) {
    return table.who() + " with " + context + " through " + words;
  }

  /** Asks, and tells when the answer is not the same without the rows of others. */
  Told apart(TenantContext context, String code, String fix) throws SQLException {
    IsolationReport breaches = table.breaches();
    Told now = of(context);
    if (now.rows().isEmpty()) {
      return now;
    }
    Told alone = table.session().takenBack(() -> alone(context) ? of(context) : Told.NOTHING);
    if (alone.rows().isEmpty()) {
      breaches.unclear(
          what(context) + ": rows of others could not be set aside; ask as a superuser");
      return Told.NOTHING;
    }
    if (now.equals(alone)) {
      return now;
    }
    if (!now.equals(of(context))) {
      breaches.unclear(what(context) + ": each time another answer");
      return Told.NOTHING;
    }
    breaches.found(
        code,
        table.who() + " reaches rows of others in " + table.claim().table() + " through " + words,
        "the same answer, whatever rows others have",
        "with %s: %d rows, and %d when rows of others are gone"
            .formatted(context, now.rows().orElseThrow().size(), alone.rows().orElseThrow().size()),
        fix);
    return Told.NOTHING;
  }

  /** Asks once. */
  Told of(TenantContext context) throws SQLException {
    ProbeSession session = table.session();
    List<String> rows = new ArrayList<>();
    OtherTenantsRows ofOthers = OtherTenantsRows.of(table, context);
    String before = ofOthers.digest();
    Answer answer =
        session.as(
            table.who().role(),
            context.settings(),
            () -> {
              try {
                if (sql.startsWith("CALL ")) {
                  ActingRole.execute(session, sql);
                } else {
                  rows.addAll(Queries.column(session.admin(), sql));
                }
              } catch (SQLException e) {
                if (!context.closedBy(e)) {
                  throw e;
                }
                return new Answer.Allowed(0);
              }
              if (!ofOthers.digestAfterwards().equals(before)) {
                changed(context);
              }
              return new Answer.Allowed(rows.size());
            });
    if (answer instanceof Answer.Rejected rejected) {
      table.breaches().counted(WAY, "rejected");
      return new Told(Optional.empty(), rejected.by() == DeniedBy.PRIVILEGE);
    }
    if (!TenantRows.through(table.breaches(), WAY, answer, what(context))) {
      return Told.NOTHING;
    }
    return new Told(Optional.of(rows.stream().sorted().toList()), false);
  }

  private void changed(TenantContext context) {
    table
        .breaches()
        .found(
            "rowsecurity.effect",
            table.who()
                + " changes rows of others in "
                + table.claim().table()
                + (words.endsWith(")") ? " by calling " + words : " by reading something else"),
            "rows of others as they were",
            what(context),
            "REVOKE what leads there: explain(...) tells the way");
  }

  /** No trigger fires and no foreign key cascades: these would set aside more than is meant. */
  private boolean alone(TenantContext context) throws SQLException {
    Connection admin = table.session().admin();
    if (!Queries.isTrue(admin, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")) {
      return false;
    }
    Queries.run(admin, "SELECT pg_catalog.set_config('session_replication_role', 'replica', true)");
    String shared = table.claim().shared();
    for (TenantRows rows : tree) {
      String tenant = SqlNames.quoted(rows.by()) + "::pg_catalog.text";
      String own =
          context.tenant().isEmpty()
              ? "false"
              : tenant + " = " + SqlNames.literal(context.tenant());
      Queries.run(
          admin,
          "DELETE FROM "
              + rows.relation().quoted()
              + " WHERE ("
              + own
              + ") IS NOT TRUE"
              + (shared.isEmpty() ? "" : " AND (" + shared + ") IS NOT TRUE"));
    }
    return true;
  }
}
