package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;
import static dev.gatehouse.postgres.access.CatalogueReader.texts;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.postgres.access.AccessEdge.Identity;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * What runs when somebody uses a relation: policies, defaults, checks, expressions of indexes and
 * partitions, triggers. All of it in the name of the current user, except what is built anew in the
 * name of the owner.
 */
final class RelationCode {
  private static final int WRITTEN = Right.mask(Right.INSERT, Right.UPDATE);

  private final BuiltCode found;

  private RelationCode(BuiltCode found) {
    this.found = found;
  }

  static void read(BuiltCode found) {
    RelationCode code = new RelationCode(found);
    code.policies();
    code.expressions();
    code.domains();
    code.triggers();
  }

  private void policies() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("p.polrelid"),
                text("p.polcmd"),
                text("quote_ident(p.polname)"),
                texts("p.polroles"),
                text("concat_ws(' ', p.polqual::text, p.polwithcheck::text)"))
            .from("pg_policy p join pg_class c on c.oid = p.polrelid")
            .where("c.relrowsecurity"),
        row -> {
          OptionalInt on = found.relation(row.value1());
          if (on.isPresent()) {
            policy(
                found.item(on),
                events(row.value2()),
                "policy %s on %s".formatted(row.value3(), found.item(on).name()),
                found.roles(row.value4()),
                NodeTree.of(row.value5()));
          }
        });
  }

  /** A statement that changes rows looks for them by the policies for reading, too. */
  private static int events(String command) {
    return switch (command) {
      case "a" -> Right.INSERT.bit;
      case "w" -> Right.UPDATE.bit;
      case "d" -> Right.DELETE.bit;
      case "r" -> Right.mask(Right.SELECT, Right.UPDATE, Right.DELETE);
      default -> Right.DML;
    };
  }

  private void policy(Securable table, int events, String policy, BitSet roles, NodeTree tree) {
    tree.relations()
        .forEach(
            (oid, rights) -> {
              OptionalInt to = found.relation(oid);
              for (Right right : Right.of(tree.done(oid))) {
                if (to.isPresent()) {
                  found.ways.add(
                      new AccessEdge(
                          table.number(),
                          events,
                          to.getAsInt(),
                          right,
                          Identity.policy(roles),
                          Hop.of(
                                  Hop.Kind.POLICY,
                                  "%s does %s on %s"
                                      .formatted(policy, right, found.item(to).name()))
                              .withThrough(table.name()),
                          found.columns(tree, oid, right)));
                }
              }
            });
    found.calls(table, events, tree, Identity.CALLER.onlyFor(roles), Hop.Kind.POLICY, policy);
  }

  private void expressions() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("d.adrelid"),
                text("case when a.attgenerated = '' then 'd' else 'g' end"),
                text("'the default of column ' || quote_ident(a.attname)"),
                text("d.adbin"))
            .from(
                "pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid"
                    + " and a.attnum = d.adnum")
            .where("d.adrelid >= 16384")
            .unionAll(
                found
                    .reader
                    .sql
                    .select(
                        number("c.conrelid"),
                        text("'c'"),
                        text("'check ' || quote_ident(c.conname)"),
                        text("c.conbin"))
                    .from("pg_constraint c")
                    .where("c.contype = 'c' and c.conrelid >= 16384"))
            .unionAll(
                found
                    .reader
                    .sql
                    .select(
                        number("i.indrelid"),
                        text("'i'"),
                        text("'index ' || i.indexrelid::regclass"),
                        text("concat_ws(' ', i.indexprs::text, i.indpred::text)"))
                    .from("pg_index i")
                    .where("(i.indexprs is not null or i.indpred is not null)")
                    .and("i.indrelid >= 16384"))
            .unionAll(
                found
                    .reader
                    .sql
                    .select(
                        number("s.stxrelid"),
                        text("'s'"),
                        text("'statistics ' || quote_ident(s.stxname)"),
                        text("s.stxexprs"))
                    .from("pg_statistic_ext s")
                    .where("s.stxexprs is not null"))
            .unionAll(
                found
                    .reader
                    .sql
                    .select(
                        number("p.partrelid"),
                        text("'p'"),
                        text("'the partition key'"),
                        text("p.partexprs"))
                    .from("pg_partitioned_table p")
                    .where("p.partexprs is not null")),
        row -> {
          OptionalInt on = found.relation(row.value1());
          if (on.isPresent()) {
            expression(
                found.item(on), row.value2().charAt(0), row.value3(), NodeTree.of(row.value4()));
          }
        });
  }

  private void expression(Securable table, char kind, String name, NodeTree tree) {
    String words = name + " of " + table.name();
    if (kind != 's') {
      int uses = kind == 'g' ? WRITTEN | Right.SELECT.bit : WRITTEN;
      found.calls(table, uses, tree, Identity.CALLER, Hop.Kind.EXPRESSION, words);
    }
    if (kind == 'i' || kind == 's') {
      found.calls(
          table,
          Right.MAINTAIN.bit,
          tree,
          Identity.owner(table.owner()),
          Hop.Kind.EXPRESSION,
          words + ", built as the owner " + found.owner(table) + ",");
    }
  }

  /** Columns whose type checks what is written into them. */
  private void domains() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(number("a.attrelid"), number("a.atttypid"), text("quote_ident(a.attname)"))
            .from(
                "pg_attribute a join pg_type t on t.oid = a.atttypid"
                    + " left join pg_type e on e.oid = t.typelem")
            .where("a.attrelid >= 16384 and a.attnum > 0 and not a.attisdropped")
            .and("'d' in (t.typtype, e.typtype)"),
        row -> {
          OptionalInt on = found.relation(row.value1());
          if (on.isPresent()) {
            Securable table = found.item(on);
            found.calls(
                table,
                WRITTEN,
                NodeTree.making(row.value2()),
                Identity.CALLER,
                Hop.Kind.EXPRESSION,
                "the domain of column %s of %s".formatted(row.value3(), table.name()));
          }
        });
  }

  private void triggers() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("t.tgrelid"),
                number("t.tgtype"),
                number("t.tgfoid"),
                text("quote_ident(t.tgname)"),
                text("t.tgqual"))
            .from("pg_trigger t")
            .where("not t.tgisinternal and t.tgenabled <> 'D'"),
        row -> {
          OptionalInt on = found.relation(row.value1());
          OptionalInt function = found.routine(row.value3());
          if (on.isPresent()) {
            Securable table = found.item(on);
            int events = events(row.value2().intValue());
            String trigger = "trigger %s on %s".formatted(row.value4(), table.name());
            found.calls(
                table,
                events,
                NodeTree.of(row.value5()),
                Identity.CALLER,
                Hop.Kind.TRIGGER,
                trigger);
            if (function.isPresent()) {
              found.fire(table, events, found.item(function), trigger);
            }
          }
        });
  }

  private static int events(int type) {
    return ((type & 4) != 0 ? Right.INSERT.bit : 0)
        | ((type & 8) != 0 ? Right.DELETE.bit : 0)
        | ((type & 16) != 0 ? Right.UPDATE.bit : 0)
        | ((type & 32) != 0 ? Right.TRUNCATE.bit : 0);
  }
}
