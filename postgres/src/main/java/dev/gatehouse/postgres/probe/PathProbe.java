package dev.gatehouse.postgres.probe;

import dev.gatehouse.postgres.policy.BuiltRoutine;
import dev.gatehouse.postgres.policy.BuiltView;
import dev.gatehouse.postgres.policy.OtherWays;
import dev.gatehouse.postgres.policy.OtherWays.Way;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One role on views over the table, functions that name it, and whatever else leads there. */
final class PathProbe {
  private final TenantIsolation claim;
  private final IsolationReport breaches;
  private final ActingSubject who;
  private final List<ViewProbe> views = new ArrayList<>();
  private final List<RoutineProbe> routines = new ArrayList<>();

  private PathProbe(ProbeContext table) {
    this.claim = table.claim();
    this.breaches = table.breaches();
    this.who = table.who();
  }

  static PathProbe of(ProbeContext table, List<TenantRows> rows, OtherWays.Known known)
      throws SQLException {
    Map<String, TenantRows> tree = named(table.session().admin(), rows);
    PathProbe probe = new PathProbe(table);
    OtherWays others = known.of(probe.who.role());
    others
        .untried()
        .forEach(way -> probe.breaches.unclear(probe.who + " is led there by another way, " + way));
    Actors actors = Actors.of(table, rows, known);
    probe.views(table, tree, others, actors);
    probe.routines(table, tree, others, actors);
    return probe;
  }

  /** By names as the server prints them. */
  private static Map<String, TenantRows> named(Connection admin, List<TenantRows> rows)
      throws SQLException {
    Map<String, TenantRows> named = new LinkedHashMap<>();
    for (TenantRows one : rows) {
      named.put(
          Queries.pinned(
              admin,
              "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c"
                  + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ?::oid",
              one.relation().oid()),
          one);
    }
    return named;
  }

  private void views(
      ProbeContext table, Map<String, TenantRows> tree, OtherWays others, Actors actors)
      throws SQLException {
    Connection admin = table.session().admin();
    Map<String, BuiltView> views = new LinkedHashMap<>();
    List<String> oids = tree.values().stream().map(one -> one.relation().oid()).toList();
    for (BuiltView view : BuiltView.over(admin, oids, who.role())) {
      views.put(view.quoted(), view);
    }
    for (Way way : others.ways().values()) {
      if (!way.isRoutine() && !views.containsKey(way.name())) {
        Optional<BuiltView> view = BuiltView.named(admin, way.name(), who.role());
        view.ifPresent(one -> views.put(one.quoted(), one));
      }
    }
    for (BuiltView view : views.values()) {
      if (claim.accepted().contains(view.words())) {
        breaches.remark(view.words() + " was accepted: it may tell " + who + " of all tenants");
      } else if (view.stored()) {
        materialized(view.words());
      } else {
        Way way = others.ways().getOrDefault(view.quoted(), Way.of(view.quoted()));
        this.views.add(new ViewProbe(table, tree, view, way, actors));
      }
    }
  }

  private void materialized(String words) {
    breaches.found(
        "rowsecurity.view",
        who + " reads a stored copy of rows of " + claim.table(),
        "nothing that no policy guards",
        "materialized view " + words,
        "REVOKE SELECT ON " + words + " FROM " + who.role() + ", or accepting(\"" + words + "\")");
  }

  private void routines(
      ProbeContext table, Map<String, TenantRows> tree, OtherWays others, Actors actors)
      throws SQLException {
    Set<String> further = new TreeSet<>();
    others.ways().values().stream().filter(Way::isRoutine).forEach(way -> further.add(way.name()));
    String oid = table.rows().relation().oid();
    for (BuiltRoutine routine :
        BuiltRoutine.of(table.session().admin(), oid, who.role(), further)) {
      String words = routine.words();
      Way way = others.ways().getOrDefault(routine.signature(), Way.of(routine.signature()));
      if (claim.accepted().contains(words)) {
        breaches.remark(words + " was accepted: it may tell " + who + " of all tenants");
      } else if (routine.isTrigger()) {
        breaches.remark(words + " is a trigger that sees all rows");
      } else if (routine.isCallable()) {
        this.routines.add(new RoutineProbe(table, tree, routine, way, actors));
      } else if (routine.bound()) {
        breaches.remark(words + " runs as one whom the policies bind, too; it was not called");
        untried(way);
      } else {
        breaches.unclear(
            "%s(%s) runs as one who may see all rows of %s, and cannot be called to look: read it, then say accepting(\"%s\")"
                .formatted(words, routine.arguments(), claim.table(), words));
        untried(way);
      }
    }
  }

  private void untried(Way way) {
    new LinkedHashSet<>(way.writes())
        .forEach(sentence -> breaches.unclear(who + " is led there by another way, " + sentence));
  }

  void in(TenantContext context) throws SQLException {
    for (ViewProbe view : views) {
      view.in(context);
    }
    for (RoutineProbe routine : routines) {
      routine.in(context);
    }
  }
}
