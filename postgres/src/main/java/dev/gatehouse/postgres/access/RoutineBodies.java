package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;
import static dev.gatehouse.postgres.access.CatalogueReader.truth;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.postgres.access.AccessEdge.Identity;
import dev.gatehouse.postgres.access.AccessEdge.OpaqueCode;
import dev.gatehouse.postgres.access.AccessEdge.When;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What routines do. A body in standard SQL is kept as a tree; any other is text to the catalogue,
 * and what it does is not known. Without the parts of aggregates, operators and casts, which run
 * functions that need not be named.
 */
final class RoutineBodies {
  /** Any of them lets a role execute some statement that changes a catalogue. */
  private static final int MAKING = Right.mask(Right.CONNECT, Right.TEMPORARY, Right.CREATE);

  private final BuiltCode found;

  private RoutineBodies(BuiltCode found) {
    this.found = found;
  }

  static void read(BuiltCode found) {
    RoutineBodies bodies = new RoutineBodies(found);
    bodies.definers();
    bodies.domains();
    bodies.routines();
    bodies.parts();
    bodies.eventTriggers();
  }

  /** First of all: whoever finds a call tells whose name it is made in. */
  private void definers() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("p.oid"),
                truth(
                    "p.prosqlbody is null and not exists (select from unnest(p.proconfig) c"
                        + " where c like 'search_path=%')"),
                truth("p.prosecdef"),
                truth("p.proisstrict and p.pronargs > 0"))
            .from("pg_proc p")
            .where("p.prosecdef or p.proisstrict and p.oid >= 16384"),
        row -> {
          OptionalInt number = found.routine(row.value1());
          if (number.isPresent()) {
            found.strict.set(number.getAsInt(), row.value4());
            if (row.value3()) {
              found.definer(found.item(number));
              found.unpinned.set(number.getAsInt(), row.value2());
            }
          }
        });
  }

  private void domains() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("t.oid"),
                number("t.typarray"),
                number("t.typbasetype"),
                number("t.typnamespace"),
                text("quote_ident(t.typname)"),
                text(
                    "(select string_agg(c.conbin, ' ') from pg_constraint c where c.contypid = t.oid)"))
            .from("pg_type t")
            .where("t.typtype = 'd' and t.oid >= 16384"),
        row -> {
          NodeTree checks = NodeTree.of(row.value6());
          checks.types().add(row.value3());
          found.domain(row.value1(), checks);
          found.domain(row.value2(), checks);
          OptionalInt schema = found.schema(row.value4());
          if (schema.isPresent()) {
            found.calls(
                found.item(schema),
                Right.USAGE.bit,
                checks,
                Identity.CALLER,
                Hop.Kind.EXPRESSION,
                "a check of domain " + row.value5());
          }
        });
  }

  private void routines() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("p.oid"),
                truth("p.prosecdef"),
                text(
                    "case when p.prokind = 'a' then 'a' when p.prosqlbody is not null then 's'"
                        + " when p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype)"
                        + " then 't' else 'o' end"),
                text("p.prosqlbody"),
                text("p.proargdefaults"),
                text(
                    "case when p.prorettype = 'trigger'::regtype and l.lanname = 'plpgsql'"
                        + " and p.prosrc ~* '(insert|update|delete)'"
                        + " and coalesce(p.proconfig::text, '') !~ '[{,]role=' then p.prosrc end"),
                text(
                    "left(encode(sha256(convert_to(concat_ws(' ', l.lanname, p.prosrc, p.probin,"
                        + " pg_get_function_sqlbody(p.oid), p.proconfig::text), 'UTF8')), 'hex'),"
                        + " 16)"))
            .from("pg_proc p join pg_language l on l.oid = p.prolang")
            .where("p.oid >= 16384"),
        row -> {
          OptionalInt number = found.routine(row.value1());
          if (number.isEmpty()) {
            return;
          }
          Securable routine = found.item(number);
          found.digests.put(routine.number(), row.value7());
          found.calls(
              routine,
              Right.EXECUTE.bit,
              NodeTree.of(row.value5()),
              Identity.CALLER,
              Hop.Kind.EXPRESSION,
              "a default of " + routine.name());
          switch (row.value3()) {
            case "s" -> {
              NodeTree body = NodeTree.of(row.value4());
              found.always(body, () -> body(routine, row.value2(), body));
            }
            case "o" -> opaque(routine, Right.EXECUTE, row.value2());
            case "t" -> {
              opaque(routine, Right.TRIGGER, row.value2());
              if (row.value6() != null) {
                sure(routine, row.value2(), SureStatements.of(row.value6()));
              }
            }
            default -> {}
          }
        });
  }

  private void opaque(Securable routine, Right use, boolean definer) {
    found.opaque.add(
        new OpaqueCode(
            routine.number(),
            use.bit,
            definer ? routine.owner() : Identity.RUNNING,
            Optional.of(
                Hop.of(
                        Hop.Kind.ROUTINE,
                        definer
                            ? routine.name() + " runs as its owner " + found.owner(routine)
                            : routine.name() + " runs as whoever calls it")
                    .withThrough(routine.name()))));
  }

  private void sure(Securable routine, boolean definer, List<SureStatements.Change> changes) {
    Identity as = definer ? Identity.owner(routine.owner()) : Identity.CALLER;
    for (SureStatements.Change change : changes) {
      found
          .table(change.table())
          .ifPresent(
              to ->
                  found.ways.add(
                      new AccessEdge(
                              routine.number(),
                              Right.TRIGGER.bit,
                              to.number(),
                              change.right(),
                              as,
                              does(routine, change.right(), to, definer))
                          .on(When.DONE, "")));
    }
  }

  private Hop does(Securable routine, Right right, Securable to, boolean definer) {
    String who = definer ? "as its owner " + found.owner(routine) : "as whoever calls it";
    return Hop.of(
            Hop.Kind.ROUTINE,
            "%s does %s on %s %s".formatted(routine.name(), right, to.name(), who))
        .withThrough(routine.name());
  }

  private void body(Securable routine, boolean definer, NodeTree tree) {
    Identity as = definer ? Identity.owner(routine.owner()) : Identity.CALLER;
    String who = definer ? " as its owner " + found.owner(routine) : " as whoever calls it";
    tree.relations()
        .forEach(
            (oid, rights) ->
                found
                    .relation(oid)
                    .ifPresent(
                        to -> {
                          Securable target = found.item(OptionalInt.of(to));
                          for (Right right : Right.of(tree.done(oid))) {
                            found.ways.add(
                                new AccessEdge(
                                    routine.number(),
                                    Right.EXECUTE.bit,
                                    to,
                                    right,
                                    as,
                                    does(routine, right, target, definer),
                                    found.columns(tree, oid, right)));
                          }
                        }));
    found.calls(routine, Right.EXECUTE.bit, tree, as, Hop.Kind.ROUTINE, routine.name() + who);
  }

  /** Functions behind aggregates, operators and casts: nobody has to name their schema. */
  private void parts() {
    String support =
        "array_remove(array[a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn,"
            + " a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn]::oid[], 0)";
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(number("a.aggfnoid"), number("f"))
            .from("pg_aggregate a, unnest(" + support + ") f")
            .where("a.aggfnoid::oid >= 16384 and f >= 16384"),
        row -> {
          OptionalInt aggregate = found.routine(row.value1());
          OptionalInt function = found.routine(row.value2());
          if (aggregate.isPresent() && function.isPresent()) {
            Securable whole = found.item(aggregate);
            found.call(
                whole,
                Right.EXECUTE.bit,
                found.item(function),
                Identity.UNASKED,
                Hop.Kind.ROUTINE,
                "aggregate " + whole.name());
          }
        });
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(number("o.oprnamespace"), text("'operator ' || o.oprname"), number("o.oprcode"))
            .from("pg_operator o")
            .where("o.oid >= 16384 and o.oprcode::oid >= 16384")
            .unionAll(
                found
                    .reader
                    .sql
                    .select(
                        number("t.typnamespace"),
                        text("'a cast of ' || format_type(t.oid, null)"),
                        number("c.castfunc"))
                    .from(
                        "pg_cast c join pg_type t on t.oid = case when c.castsource >= 16384"
                            + " then c.castsource else c.casttarget end")
                    .where("c.castfunc >= 16384")),
        row -> {
          OptionalInt schema = found.schema(row.value1());
          OptionalInt function = found.routine(row.value3());
          if (schema.isPresent() && function.isPresent()) {
            found.call(
                found.item(schema),
                Right.USAGE.bit,
                found.item(function),
                Identity.CALLER,
                Hop.Kind.ROUTINE,
                row.value2());
          }
        });
  }

  /** Whoever makes as much as a temporary table, or logs in, runs them. */
  private void eventTriggers() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("(select oid from pg_database where datname = current_database())"),
                text("e.evtevent"),
                text("quote_ident(e.evtname)"),
                number("e.evtfoid"))
            .from("pg_event_trigger e")
            .where("e.evtenabled <> 'D'"),
        row -> {
          OptionalInt database = found.database(row.value1());
          OptionalInt function = found.routine(row.value4());
          if (database.isPresent() && function.isPresent()) {
            found.fire(
                found.item(database),
                row.value2().equals("login") ? Right.CONNECT.bit : MAKING,
                found.item(function),
                "event trigger " + row.value3());
          }
        });
  }
}
