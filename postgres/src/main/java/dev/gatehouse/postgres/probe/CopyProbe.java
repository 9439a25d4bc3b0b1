package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.EffectProbe.Try;
import dev.gatehouse.postgres.session.Driver;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** COPY, which goes ways of its own: out of a table without a query, and into it without rules. */
final class CopyProbe {
  private static final String WRONG_KIND = "42809";

  private final ProbeContext on;

  CopyProbe(ProbeContext on) {
    this.on = on;
  }

  /**
   * The lines that come are among those of its own rows. COPY of a table leaves children out.
   *
   * @param seen rows of others that a query shows, which is a finding of its own
   */
  void out(TenantContext context, int seen) throws SQLException {
    String keys = String.join(", ", on.rows().keys());
    String all = "SELECT " + keys + " FROM " + on.name();
    String shared = on.claim().shared();
    String own =
        (context.tenant().isEmpty()
                ? "false"
                : on.by() + "::pg_catalog.text = " + SqlNames.literal(context.tenant()))
            + (shared.isEmpty() ? "" : " OR (" + shared + ")");
    List<String> may =
        Driver.copyOut(on.session().admin(), "COPY (" + all + " WHERE " + own + ") TO STDOUT");
    copy(context, "COPY (SELECT) TO", "COPY (" + all + ") TO STDOUT", may, seen);
    copy(context, "COPY TO", "COPY " + on.name() + " (" + keys + ") TO STDOUT", may, seen);
  }

  private void copy(TenantContext context, String way, String sql, List<String> may, int seen)
      throws SQLException {
    Set<String> surplus = new HashSet<>();
    Answer answer =
        on.as(
            context,
            () -> {
              try {
                surplus.addAll(Driver.copyOut(on.session().admin(), sql));
              } catch (SQLException e) {
                if (SqlStates.is(e, WRONG_KIND)) {
                  return new Answer.NoRows();
                }
                throw e;
              }
              return surplus.isEmpty() ? new Answer.NoRows() : new Answer.Allowed(surplus.size());
            });
    on.through(context, way, answer);
    surplus.removeAll(new HashSet<>(may));
    if (surplus.size() > seen) {
      on.breaches()
          .found(
              "rowsecurity.copy",
              on.who() + " copies rows of others out of " + on.rows().relation().words(),
              "the rows of its own tenant, and without one none",
              "with %s: %d rows by %s".formatted(context, surplus.size(), sql),
              on.fix("SELECT"));
    }
  }

  /** The server refuses it with row security, SQLSTATE 0A000, before it asks any policy. */
  void in(EffectProbe effects, Map<String, String> row) throws SQLException {
    List<String> line =
        Driver.copyOut(
            on.session().admin(),
            "COPY (SELECT " + String.join(", ", row.values()) + ") TO STDOUT");
    byte[] data = (String.join("\n", line) + "\n").getBytes(StandardCharsets.UTF_8);
    String sql = "COPY %s (%s) FROM STDIN".formatted(on.name(), String.join(", ", row.keySet()));
    effects.attempt(
        Try.of("COPY FROM", Does.INSERTS, sql),
        returned -> {
          try {
            Driver.copyIn(on.session().admin(), sql, new ByteArrayInputStream(data));
          } catch (IOException e) {
            throw new SQLException("COPY could not be written", e);
          }
        });
  }
}
