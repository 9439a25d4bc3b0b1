package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;
import static dev.gatehouse.postgres.access.CatalogueReader.texts;
import static dev.gatehouse.postgres.access.CatalogueReader.truth;

import dev.gatehouse.core.access.Hop;
import java.util.OptionalInt;

/** Triggers and routines that run as somebody else, as they are read. */
final class DefinerCode {
  private final PathCollector found;

  private DefinerCode(PathCollector found) {
    this.found = found;
  }

  static void read(PathCollector found) {
    DefinerCode code = new DefinerCode(found);
    code.triggers();
    code.routines();
  }

  /** Only those whose function runs as its owner: the others do what the role could do itself. */
  private void triggers() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("t.tgrelid"),
                number("t.tgtype"),
                number("p.oid"),
                text("quote_ident(t.tgname)"),
                text("quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '()'"))
            .from(
                "pg_trigger t join pg_proc p on p.oid = t.tgfoid"
                    + " join pg_namespace n on n.oid = p.pronamespace")
            .where("p.prosecdef and not t.tgisinternal and t.tgenabled <> 'D'"),
        row -> {
          OptionalInt on = found.relation(row.value1());
          OptionalInt function = found.routine(row.value3());
          if (on.isPresent() && function.isPresent()) {
            Securable table = found.item(on);
            Securable code = found.item(function);
            found.opaque.add(
                new OpaqueDefinerCode(
                    table.number(),
                    events(row.value2().intValue()),
                    code.owner(),
                    Hop.of(
                            Hop.Kind.TRIGGER,
                            "trigger %s on %s runs %s as its owner %s"
                                .formatted(
                                    row.value4(), table.name(), row.value5(), found.owner(code)))
                        .withThrough(code.name())));
          }
        });
  }

  private static int events(int type) {
    return ((type & 4) != 0 ? Right.INSERT.bit : 0)
        | ((type & 8) != 0 ? Right.DELETE.bit : 0)
        | ((type & 16) != 0 ? Right.UPDATE.bit : 0)
        | ((type & 32) != 0 ? Right.TRUNCATE.bit : 0);
  }

  /**
   * Routines that run as their owner. What a body in standard SQL touches stands in pg_depend; all
   * other bodies are text to the catalogue, and so is what such a body calls.
   */
  private void routines() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("p.oid"),
                truth(
                    "p.prosqlbody is null or exists (select from pg_depend f"
                        + " where f.classid = 'pg_proc'::regclass and f.objid = p.oid"
                        + " and f.refclassid = 'pg_proc'::regclass and f.refobjid >= 16384)"),
                text("case when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) end"),
                texts(
                    "array(select distinct d.refobjid::text from pg_depend d"
                        + " where d.classid = 'pg_proc'::regclass and d.objid = p.oid"
                        + " and d.refclassid = 'pg_class'::regclass and d.deptype = 'n')"))
            .from("pg_proc p")
            .where(
                "p.prosecdef and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)"),
        row -> {
          OptionalInt number = found.routine(row.value1());
          if (number.isEmpty()) {
            return;
          }
          Securable routine = found.item(number);
          if (row.value2()) {
            found.opaque.add(
                new OpaqueDefinerCode(
                    routine.number(),
                    Right.EXECUTE.bit,
                    routine.owner(),
                    Hop.of(
                            Hop.Kind.ROUTINE,
                            routine.name() + " runs as its owner " + found.owner(routine))
                        .withThrough(routine.name())));
          }
          for (String oid : row.value4()) {
            found
                .relation(Long.parseLong(oid))
                .ifPresent(
                    to -> body(routine, found.items.all().get(to), String.valueOf(row.value3())));
          }
        });
  }

  private void body(Securable routine, Securable target, String body) {
    for (Right right : Statements.on(target.name(), body)) {
      found.ways.add(
          new AccessEdge(
              routine.number(),
              Right.EXECUTE.bit,
              target.number(),
              right,
              routine.owner(),
              Hop.of(
                      Hop.Kind.ROUTINE,
                      "%s does %s on %s as its owner %s"
                          .formatted(routine.name(), right, target.name(), found.owner(routine)))
                  .withThrough(routine.name())));
    }
  }
}
