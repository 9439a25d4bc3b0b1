package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.Ask.number;
import static dev.gatehouse.postgres.access.Ask.text;

import dev.gatehouse.core.access.Hop;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The ways that no grant tells of, as they are read: views, rules, triggers, routines, foreign
 * keys, partitions.
 */
final class Ways {
  /** What pg_relation_is_updatable() answers, bit by bit. */
  private static final List<Right> UPDATABLE = List.of(Right.UPDATE, Right.INSERT, Right.DELETE);

  private final Ask ask;
  private final Items items;
  private final List<Way> ways = new ArrayList<>();
  private final List<Opaque> opaque = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();

  Ways(Ask ask, Items items) {
    this.ask = ask;
    this.items = items;
    views();
    rules();
    foreignKeys();
    partitions();
    DefinerCode code = new DefinerCode(ask, items);
    ways.addAll(code.ways());
    opaque.addAll(code.opaque());
    elsewhere();
  }

  List<String> unread() {
    return unread;
  }

  List<Way> ways() {
    return ways;
  }

  List<Opaque> opaque() {
    return opaque;
  }

  private OptionalInt relation(long oid) {
    return items.find(Grants.RELATION, oid);
  }

  /**
   * Views that run as their owner, with each relation they name. Which of them a change goes to is
   * the first of the outer FROM, as the engine prints it.
   */
  private void views() {
    Ask.each(
        ask.sql
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
          OptionalInt view = relation(row.value1());
          OptionalInt table = relation(row.value2());
          if (view.isPresent() && table.isPresent()) {
            Item target = items.all().get(table.getAsInt());
            if (row.value3().equals("m")) {
              stored(items.all().get(view.getAsInt()), target);
            } else {
              boolean written =
                  row.value5() == 1
                      || target.name().equals(FirstFrom.of(String.valueOf(row.value6())));
              int mask = row.value4() == null || !written ? 0 : row.value4().intValue();
              view(items.all().get(view.getAsInt()), target, mask);
            }
          }
        });
  }

  private void view(Item view, Item target, int updatable) {
    int owner = view.owner();
    Hop hop =
        Hop.of(
                Hop.Kind.VIEW,
                "view %s reads %s as its owner %s"
                    .formatted(view.name(), target.name(), owner(view)))
            .withThrough(view.name());
    ways.add(new Way(view.number(), Right.SELECT.bit, target.number(), Right.SELECT, owner, hop));
    for (int i = 0; i < UPDATABLE.size(); i++) {
      if ((updatable & (4 << i)) != 0) {
        Right right = UPDATABLE.get(i);
        Hop change =
            Hop.of(
                    Hop.Kind.VIEW,
                    "view %s takes %s on to %s as its owner %s"
                        .formatted(view.name(), right, target.name(), owner(view)))
                .withThrough(view.name());
        ways.add(new Way(view.number(), right.bit, target.number(), right, owner, change));
      }
    }
  }

  private void stored(Item view, Item target) {
    ways.add(
        new Way(
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

  private String owner(Item item) {
    return items.roleName(item.owner());
  }

  /** In a rule's text the engine prints every name in full; a word within a literal only adds. */
  private void rules() {
    Ask.each(
        ask.sql
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
          OptionalInt on = relation(row.value1());
          OptionalInt to = relation(row.value2());
          if (on.isEmpty() || to.isEmpty()) {
            return;
          }
          Item table = items.all().get(on.getAsInt());
          Item target = items.all().get(to.getAsInt());
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
            ways.add(
                new Way(
                    table.number(),
                    event,
                    target.number(),
                    right,
                    table.owner(),
                    Hop.of(
                            Hop.Kind.RULE,
                            "rule %s on %s does %s on %s as the owner %s"
                                .formatted(
                                    row.value4(), table.name(), right, target.name(), owner(table)))
                        .withThrough(table.name())));
          }
        });
  }

  /** The engine does it as the owner of the referencing table. */
  private void foreignKeys() {
    Ask.each(
        ask.sql
            .select(
                number("c.confrelid"),
                number("c.conrelid"),
                text("c.confdeltype"),
                text("c.confupdtype"),
                text("quote_ident(c.conname)"))
            .from("pg_constraint c")
            .where("c.contype = 'f'")
            .and("(c.confdeltype in ('c', 'n', 'd') or c.confupdtype in ('c', 'n', 'd'))"),
        row -> {
          OptionalInt parent = relation(row.value1());
          OptionalInt child = relation(row.value2());
          if (parent.isPresent() && child.isPresent()) {
            action(
                items.all().get(parent.getAsInt()),
                Right.DELETE,
                row.value3(),
                items.all().get(child.getAsInt()),
                row.value5());
            action(
                items.all().get(parent.getAsInt()),
                Right.UPDATE,
                row.value4(),
                items.all().get(child.getAsInt()),
                row.value5());
          }
        });
  }

  private void action(Item parent, Right event, String action, Item child, String key) {
    if ("cnd".contains(action)) {
      Right right = action.equals("c") ? event : Right.UPDATE;
      ways.add(
          new Way(
              parent.number(),
              event.bit,
              child.number(),
              right,
              child.owner(),
              Hop.of(
                      Hop.Kind.FOREIGN_KEY,
                      "foreign key %s takes %s on %s on to %s as %s, by the owner %s"
                          .formatted(key, event, parent.name(), child.name(), right, owner(child)))
                  .withThrough(parent.name())));
    }
  }

  /** Asked for the parent alone; to what only inherits no row is routed. */
  private void partitions() {
    Ask.each(
        ask.sql
            .select(number("i.inhparent"), number("i.inhrelid"), text("p.relkind"))
            .from("pg_inherits i join pg_class p on p.oid = i.inhparent")
            .where("p.relkind in ('r', 'p', 'f')"),
        row -> {
          OptionalInt parent = relation(row.value1());
          OptionalInt child = relation(row.value2());
          if (parent.isPresent() && child.isPresent()) {
            Item from = items.all().get(parent.getAsInt());
            Item to = items.all().get(child.getAsInt());
            boolean partition = row.value3().equals("p");
            for (Right right : Right.of(Right.DML | Right.TRUNCATE.bit)) {
              if (right == Right.INSERT && !partition) {
                continue;
              }
              ways.add(
                  new Way(
                      from.number(),
                      right.bit,
                      to.number(),
                      right,
                      -1,
                      Hop.of(
                              Hop.Kind.PARTITION,
                              "%s is a %s of %s, which alone is asked for %s"
                                  .formatted(
                                      to.name(),
                                      partition ? "partition" : "child",
                                      from.name(),
                                      right))
                          .withThrough(from.name())));
            }
          }
        });
  }

  /** Other servers ask their own grants. */
  private void elsewhere() {
    Ask.each(
        ask.sql
            .select(text("quote_ident(s.srvname)"), text("quote_ident(w.fdwname)"))
            .from("pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw")
            .orderBy(text("s.srvname")),
        row ->
            unread.add(
                "what may be done through server %s (%s) is for that server to say"
                    .formatted(row.value1(), row.value2())));
    Ask.each(
        ask.sql
            .select(text("quote_ident(s.subname)"))
            .from("pg_subscription s")
            .where("s.subdbid = (select oid from pg_database where datname = current_database())")
            .orderBy(text("s.subname")),
        row ->
            unread.add("subscription %s writes what its publisher sends".formatted(row.value1())));
  }
}
