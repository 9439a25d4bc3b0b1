package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;

import dev.gatehouse.core.access.Hop;
import java.util.List;
import java.util.OptionalInt;

/** Views and rules: what they name, they do as their owner. */
final class ViewEdges {
  /** What pg_relation_is_updatable() answers, bit by bit. */
  private static final List<Right> UPDATABLE = List.of(Right.UPDATE, Right.INSERT, Right.DELETE);

  private final PathCollector found;

  private ViewEdges(PathCollector found) {
    this.found = found;
  }

  static void read(PathCollector found) {
    ViewEdges views = new ViewEdges(found);
    views.views();
    views.rules();
  }

  /**
   * Views that run as their owner, with each relation they name. Which of them a change goes to is
   * the first of the outer FROM, as the engine prints it.
   */
  private void views() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("c.oid"),
                number("d.refobjid"),
                text("c.relkind"),
                number("case c.relkind when 'v' then pg_relation_is_updatable(c.oid, false) end"),
                number("count(*) over (partition by c.oid)"),
                text(
                    "case when c.relkind = 'v' and count(*) over (partition by c.oid) > 1"
                        + " and pg_relation_is_updatable(c.oid, false) <> 0"
                        + " then pg_get_viewdef(c.oid) end"))
            .from(
                "pg_class c join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'"
                    + " join lateral (select distinct refobjid from pg_depend"
                    + " where classid = 'pg_rewrite'::regclass and objid = r.oid"
                    + " and refclassid = 'pg_class'::regclass and deptype = 'n'"
                    + " and refobjid <> c.oid) d on true")
            .where("c.relkind in ('v', 'm') and c.oid >= 16384")
            .and(
                "not coalesce((select bool_or(split_part(o, '=', 2)::boolean)"
                    + " from unnest(c.reloptions) o where o like 'security_invoker=%'), false)"),
        row -> {
          OptionalInt view = found.relation(row.value1());
          OptionalInt table = found.relation(row.value2());
          if (view.isPresent() && table.isPresent()) {
            Securable target = found.item(table);
            if (row.value3().equals("m")) {
              stored(found.item(view), target);
            } else {
              boolean written =
                  row.value5() == 1
                      || target.name().equals(OuterFromRelation.of(String.valueOf(row.value6())));
              int mask = row.value4() == null || !written ? 0 : row.value4().intValue();
              view(found.item(view), target, mask);
            }
          }
        });
  }

  private void view(Securable view, Securable target, int updatable) {
    int owner = view.owner();
    Hop hop =
        Hop.of(
                Hop.Kind.VIEW,
                "view %s reads %s as its owner %s"
                    .formatted(view.name(), target.name(), found.owner(view)))
            .withThrough(view.name());
    found.ways.add(
        new AccessEdge(view.number(), Right.SELECT.bit, target.number(), Right.SELECT, owner, hop));
    for (int i = 0; i < UPDATABLE.size(); i++) {
      if ((updatable & (4 << i)) != 0) {
        Right right = UPDATABLE.get(i);
        Hop change =
            Hop.of(
                    Hop.Kind.VIEW,
                    "view %s takes %s on to %s as its owner %s"
                        .formatted(view.name(), right, target.name(), found.owner(view)))
                .withThrough(view.name());
        found.ways.add(
            new AccessEdge(view.number(), right.bit, target.number(), right, owner, change));
      }
    }
  }

  private void stored(Securable view, Securable target) {
    found.ways.add(
        new AccessEdge(
            view.number(),
            Right.SELECT.bit,
            target.number(),
            Right.SELECT,
            -1,
            Hop.of(
                    Hop.Kind.MATERIALIZED_VIEW,
                    "materialized view %s keeps a copy of what is in %s"
                        .formatted(view.name(), target.name()))
                .withThrough(view.name())));
  }

  /** In a rule's text the engine prints every name in full; a word within a literal only adds. */
  private void rules() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("r.ev_class"),
                number("d.refobjid"),
                text("r.ev_type"),
                text("quote_ident(r.rulename)"),
                text("pg_get_ruledef(r.oid)"))
            .from(
                "pg_rewrite r join lateral (select distinct refobjid from pg_depend"
                    + " where classid = 'pg_rewrite'::regclass and objid = r.oid"
                    + " and refclassid = 'pg_class'::regclass and deptype = 'n') d on true")
            .where("r.rulename <> '_RETURN' and r.oid >= 16384 and r.ev_enabled <> 'D'"),
        row -> {
          OptionalInt on = found.relation(row.value1());
          OptionalInt to = found.relation(row.value2());
          if (on.isEmpty() || to.isEmpty()) {
            return;
          }
          Securable table = found.item(on);
          Securable target = found.item(to);
          int event =
              switch (row.value3()) {
                case "2" -> Right.UPDATE.bit;
                case "3" -> Right.INSERT.bit;
                case "4" -> Right.DELETE.bit;
                default -> Right.SELECT.bit;
              };
          for (Right right : Statements.on(target.name(), row.value5())) {
            if (target.number() == table.number() && (right.bit & event) != 0) {
              continue;
            }
            found.ways.add(
                new AccessEdge(
                    table.number(),
                    event,
                    target.number(),
                    right,
                    table.owner(),
                    Hop.of(
                            Hop.Kind.RULE,
                            "rule %s on %s does %s on %s as the owner %s"
                                .formatted(
                                    row.value4(),
                                    table.name(),
                                    right,
                                    target.name(),
                                    found.owner(table)))
                        .withThrough(table.name())));
          }
        });
  }
}
