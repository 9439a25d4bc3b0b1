package dev.gatehouse.postgres.probe;

import dev.gatehouse.postgres.policy.BuiltView;
import dev.gatehouse.postgres.policy.OtherWays.Way;
import dev.gatehouse.postgres.policy.PrintedView;
import dev.gatehouse.postgres.probe.Answers.Told;
import dev.gatehouse.postgres.probe.TablePolicies.Narrowing;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One role on one view over the table: what it shows, what it lets be changed, and both once rows
 * hold what none holds yet.
 */
final class ViewProbe {
  private final ProbeContext table;
  private final BuiltView view;
  private final Way way;
  private final Actors actors;
  private final Answers answers;
  private final Optional<Through> through;

  /**
   * Where it is known what decides over its rows.
   *
   * @param on the table, with what may be changed by way of the view
   */
  private record Through(
      ProbeContext on,
      Crossings crossings,
      Crossings upserts,
      ViewDoorStatements statements,
      boolean writes) {}

  ViewProbe(
      ProbeContext table, Map<String, TenantRows> tree, BuiltView view, Way way, Actors actors)
      throws SQLException {
    this.table = table;
    this.view = view;
    this.way = way;
    this.actors = actors;
    this.answers =
        new Answers(
            table,
            List.copyOf(tree.values()),
            view.words(),
            "SELECT ROW(%s)::pg_catalog.text FROM %s"
                .formatted(String.join(", ", readable()), view.quoted()));
    this.through = through(tree);
  }

  private Optional<Through> through(Map<String, TenantRows> tree) throws SQLException {
    PrintedView query = view.query().orElse(null);
    TenantRows rows = query == null ? null : tree.get(query.from());
    if (query == null || rows == null || !way.beyond().isEmpty()) {
      return Optional.empty();
    }
    String checked = view.invoker() ? table.who().role() : view.owner();
    ProbeContext on =
        table.through(
            rows,
            columns(query, rows, checked, "INSERT"),
            columns(query, rows, checked, "UPDATE"),
            view.plain()
                && may(view.oid(), table.who().role(), "DELETE")
                && may(rows.relation().oid(), checked, "DELETE"));
    String where = query.where(rows.relation().name());
    try {
      String after = view.checks() ? where : "";
      Crossings crossings = crossings(on, checked, where, after);
      return crossings.policies().unreadable().isEmpty()
          ? Optional.of(
              new Through(
                  on,
                  crossings,
                  crossings(on, checked, "", after).proposing(),
                  ViewDoorStatements.of(view, query, readable()),
                  on.deletes() || !on.inserted().isEmpty() || !on.updated().isEmpty()))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Crossings crossings(ProbeContext on, String checked, String where, String after)
      throws SQLException {
    Narrowing narrowing = new Narrowing("view " + view.words(), where, after);
    return Crossings.of(
        on, table.who().role(), true, TablePolicies.of(on, checked, List.of(narrowing)));
  }

  /** Quoted columns; none where nothing can be read. */
  private List<String> readable() throws SQLException {
    return Queries.column(
            table.session().admin(),
            "SELECT attname FROM pg_attribute WHERE attrelid = ?::oid AND attnum > 0 AND NOT"
                + " attisdropped AND has_column_privilege(?::text, attrelid, attnum, 'SELECT')"
                + " ORDER BY attnum",
            view.oid(),
            table.who().role())
        .stream()
        .map(SqlNames::quoted)
        .toList();
  }

  private boolean may(String oid, String role, String privilege) throws SQLException {
    return Queries.isTrue(
        table.session().admin(),
        "SELECT has_table_privilege(?::text, ?::oid, ?)",
        role,
        oid,
        privilege);
  }

  /** Quoted columns of the table that both may give a value to. */
  private List<String> columns(PrintedView query, TenantRows rows, String checked, String privilege)
      throws SQLException {
    List<String> columns = new ArrayList<>();
    if (!view.plain()) {
      return columns;
    }
    Connection admin = table.session().admin();
    for (Map.Entry<String, String> column : query.columns().entrySet()) {
      boolean both =
          Queries.isTrue(
              admin,
              "SELECT pg_column_is_updatable(?::oid, (SELECT attnum FROM pg_attribute WHERE attrelid"
                  + " = ?::oid AND attname = ?), false) AND has_column_privilege(?::text, ?::oid,"
                  + " ?::text, ?) AND has_column_privilege(?::text, ?::oid, ?::text, ?)",
              view.oid(),
              view.oid(),
              column.getKey(),
              table.who().role(),
              view.oid(),
              column.getKey(),
              privilege,
              checked,
              rows.relation().oid(),
              column.getValue(),
              privilege);
      String quoted = SqlNames.quoted(column.getValue());
      if (both && !columns.contains(quoted)) {
        columns.add(quoted);
      }
    }
    return columns;
  }

  void in(TenantContext context) throws SQLException {
    Told told = answers.apart(context, "rowsecurity.view", fix());
    if (through.isEmpty()) {
      unknown(context);
      return;
    }
    Through known = through.get();
    if (known.writes()) {
      new ViewWrites(known.on(), context, known.statements(), view.words(), fix()).run();
    } else {
      way.writes().forEach(this::untried);
    }
    if (view.invoker()) {
      // It shows and takes no more than the table itself.
      return;
    }
    contents(known.crossings().reading(!told.isDenied()), known.statements(), told).in(context);
    ViewUpserts upserts = new ViewUpserts(known.on(), known.statements());
    if (upserts.isPossible()) {
      contents(known.upserts(), upserts, told).in(context);
    }
  }

  private ContentProbe contents(Crossings crossings, AnswerDoor.Statements statements, Told told) {
    return new ContentProbe(
        crossings,
        context ->
            new AnswerDoor(
                crossings.on(),
                context,
                answers,
                told.rows(),
                statements,
                "rowsecurity.view",
                fix()));
  }

  /** Nothing has to be known of it where policies keep all apart in whose name it is looked at. */
  private void unknown(TenantContext context) throws SQLException {
    if (!actors.keepApart(way.through(), context)) {
      table
          .breaches()
          .unclear(
              "%s: what %s shows of rows that are not there yet cannot be tried: read it, then say accepting(\"%s\")"
                  .formatted(table.who(), view.words(), view.words()));
      way.writes().forEach(this::untried);
    }
  }

  private void untried(String sentence) {
    table.breaches().unclear(table.who() + " is led there by another way, " + sentence);
  }

  private String fix() {
    return "ALTER VIEW "
        + view.words()
        + " SET (security_invoker = true), or make its owner one that policies apply to,"
        + " or accepting(\""
        + view.words()
        + "\")";
  }
}
