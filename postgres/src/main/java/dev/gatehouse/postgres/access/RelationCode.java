package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;
import static dev.gatehouse.postgres.access.CatalogueReader.texts;
import static dev.gatehouse.postgres.access.CatalogueReader.truth;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.postgres.access.AccessEdge.Identity;
import dev.gatehouse.postgres.access.RowPolicies.RowPolicy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What runs when somebody uses a relation: policies, defaults, checks, expressions of indexes and
 * partitions, triggers. All of it in the name of the current user, except what is built anew in the
 * name of the owner.
 */
final class RelationCode {
  private static final int WRITTEN = Right.mask(Right.INSERT, Right.UPDATE);

  /** As the engine prints the call. */
  private static final Pattern SETTING = Pattern.compile("current_setting\\('([^']+)'");

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
                number("c.oid"),
                truth("c.relforcerowsecurity"),
                text("p.polcmd"),
                text("quote_ident(p.polname)"),
                truth("p.polpermissive"),
                texts("p.polroles"),
                text("p.polqual"),
                text("p.polwithcheck"),
                text("pg_get_expr(p.polqual, p.polrelid)"),
                text("pg_get_expr(p.polwithcheck, p.polrelid)"),
                texts(
                    "select array_agg(distinct quote_ident(a.attname)) from pg_depend d"
                        + " join pg_attribute a on a.attrelid = d.refobjid"
                        + " and a.attnum = d.refobjsubid where d.classid = 'pg_policy'::regclass"
                        + " and d.objid = p.oid and d.refclassid = 'pg_class'::regclass"
                        + " and d.refobjid = c.oid and d.refobjsubid > 0"))
            .from("pg_class c left join pg_policy p on p.polrelid = c.oid")
            .where("c.relrowsecurity")
            .orderBy(text("p.polname")),
        row -> {
          OptionalInt on = found.relation(row.value1());
          if (on.isPresent()) {
            RowPolicies all =
                found.policies.computeIfAbsent(
                    on.getAsInt(), key -> new RowPolicies(row.value2(), new ArrayList<>()));
            if (row.value4() != null) {
              NodeTree using = NodeTree.of(row.value7());
              NodeTree check = NodeTree.of(row.value8());
              BitSet roles = found.roles(row.value6());
              char command = row.value3().charAt(0);
              String both = row.value9() + " " + row.value10();
              all.all()
                  .add(
                      new RowPolicy(
                          row.value4(),
                          command,
                          row.value5(),
                          roles,
                          orEmpty(row.value9()),
                          orEmpty(row.value10()),
                          settings(both),
                          row.value11() == null ? List.of() : List.of(row.value11()),
                          calls(using, check)));
              String words = "policy %s on %s".formatted(row.value4(), found.item(on).name());
              policy(
                  found.item(on),
                  command,
                  words,
                  roles,
                  using,
                  row.value8() == null ? null : check);
            }
          }
        });
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static List<String> settings(String expressions) {
    return SETTING.matcher(expressions).results().map(one -> one.group(1)).distinct().toList();
  }

  private List<Integer> calls(NodeTree using, NodeTree check) {
    List<Integer> routines = new ArrayList<>();
    Stream.concat(using.functions().stream(), check.functions().stream())
        .distinct()
        .forEach(oid -> found.routine(oid).ifPresent(routines::add));
    return routines;
  }

  /** A statement that changes rows and names columns looks for them by the policies for reading. */
  private void policy(
      Securable table,
      char command,
      String words,
      BitSet roles,
      NodeTree using,
      @Nullable NodeTree check) {
    boolean all = command == '*';
    int reading = command == 'r' ? Right.SELECT.bit : 0;
    int meeting =
        all
            ? Right.mask(Right.SELECT, Right.UPDATE, Right.DELETE)
            : command == 'w' ? Right.UPDATE.bit : command == 'd' ? Right.DELETE.bit : reading;
    int making =
        switch (command) {
          case '*' -> WRITTEN;
          case 'a' -> Right.INSERT.bit;
          case 'w' -> Right.UPDATE.bit;
          default -> 0;
        };
    int events = meeting | (check == null ? making : 0);
    // one policy may let through what the next is not called for then
    found.always(false, false, "", () -> policy(table, events, words, roles, using));
    if (check != null) {
      found.always(false, false, "", () -> policy(table, making, words, roles, check));
    }
    if (reading != 0) {
      policy(table, Right.mask(Right.UPDATE, Right.DELETE), words, roles, using);
    }
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
                text("quote_ident(a.attname)"),
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
                        text("''"),
                        text("c.conbin"))
                    .from("pg_constraint c")
                    .where("c.contype = 'c' and c.conrelid >= 16384" + enforced()))
            .unionAll(
                found
                    .reader
                    .sql
                    .select(
                        number("i.indrelid"),
                        text("case when i.indpred is null then 'i' else 'j' end"),
                        text("'index ' || i.indexrelid::regclass"),
                        text("''"),
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
                        text("''"),
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
                        text("''"),
                        text("p.partexprs"))
                    .from("pg_partitioned_table p")
                    .where("p.partexprs is not null")),
        row -> {
          OptionalInt on = found.relation(row.value1());
          if (on.isPresent()) {
            expression(
                found.item(on),
                row.value2().charAt(0),
                row.value3(),
                row.value4(),
                NodeTree.of(row.value5()));
          }
        });
  }

  /** One that is only written down is not looked at. */
  private String enforced() {
    return found.reader.major >= 18 ? " and c.conenforced" : "";
  }

  private void expression(Securable table, char kind, String name, String column, NodeTree tree) {
    String words = name + " of " + table.name();
    if (kind == 'd' && table.relkind() == 'v') {
      found.supplying.set(table.number());
    }
    int always = always(kind);
    int uses = kind == 's' ? 0 : kind == 'g' ? WRITTEN | Right.SELECT.bit : WRITTEN;
    found.always(
        tree.straight(),
        true,
        kind == 'd' ? column : "",
        () -> found.calls(table, always, tree, Identity.CALLER, Hop.Kind.EXPRESSION, words));
    found.calls(table, uses & ~always, tree, Identity.CALLER, Hop.Kind.EXPRESSION, words);
    if (kind == 'i' || kind == 'j' || kind == 's') {
      found.calls(
          table,
          Right.MAINTAIN.bit,
          tree,
          Identity.owner(table.owner()),
          Hop.Kind.EXPRESSION,
          words + ", built as the owner " + found.owner(table) + ",");
    }
  }

  /** Not what only some rows have. */
  private static int always(char kind) {
    return switch (kind) {
      case 'c' -> WRITTEN;
      case 'd', 'g', 'i', 'p' -> Right.INSERT.bit;
      default -> 0;
    };
  }

  /** Columns whose type checks what is written into them. */
  private void domains() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("a.attrelid"),
                number("a.atttypid"),
                text("quote_ident(a.attname)"),
                truth("t.typtype = 'd'"))
            .from(
                "pg_attribute a join pg_type t on t.oid = a.atttypid"
                    + " left join pg_type e on e.oid = t.typelem")
            .where("a.attrelid >= 16384 and a.attnum > 0 and not a.attisdropped")
            .and("'d' in (t.typtype, e.typtype)"),
        row -> {
          OptionalInt on = found.relation(row.value1());
          if (on.isPresent()) {
            Securable table = found.item(on);
            NodeTree made = NodeTree.making(row.value2());
            String words = "the domain of column %s of %s".formatted(row.value3(), table.name());
            // an array that is null has no values to check
            int always = row.value4() ? Right.INSERT.bit : 0;
            found.always(made, () -> domain(table, always, made, words));
            domain(table, WRITTEN & ~always, made, words);
          }
        });
  }

  private void domain(Securable table, int uses, NodeTree made, String words) {
    found.calls(table, uses, made, Identity.CALLER, Hop.Kind.EXPRESSION, words);
  }

  /**
   * Each row fires those without a condition; but not the parent's, whose rows may be those of what
   * inherits from it, nor when other columns are written.
   */
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
                text("t.tgqual"),
                number(
                    "case when t.tgenabled = 'R' then 0 when t.tgtype & 1 = 1 and c.relkind = 'r'"
                        + " and c.relhassubclass then 4 when t.tgattr::text <> '' then 44 else 60 end"))
            .from("pg_trigger t join pg_class c on c.oid = t.tgrelid")
            .where("not t.tgisinternal and t.tgenabled <> 'D'"),
        row -> {
          OptionalInt on = found.relation(row.value1());
          OptionalInt function = found.routine(row.value3());
          if (on.isPresent()) {
            Securable table = found.item(on);
            int events = events(row.value2().intValue());
            String trigger = "trigger %s on %s".formatted(row.value4(), table.name());
            NodeTree condition = NodeTree.of(row.value5());
            int surely = events & events(row.value6().intValue());
            found.always(condition, () -> asked(table, surely, condition, trigger));
            asked(table, events & ~surely, condition, trigger);
            if (function.isPresent()) {
              Securable routine = found.item(function);
              int unasked = row.value5() == null ? surely : 0;
              found.always(true, true, "", () -> found.fire(table, unasked, routine, trigger));
              found.fire(table, events & ~unasked, routine, trigger);
            }
          }
        });
  }

  private void asked(Securable table, int events, NodeTree condition, String trigger) {
    found.calls(table, events, condition, Identity.CALLER, Hop.Kind.TRIGGER, trigger);
  }

  private static int events(int type) {
    return ((type & 4) != 0 ? Right.INSERT.bit : 0)
        | ((type & 8) != 0 ? Right.DELETE.bit : 0)
        | ((type & 16) != 0 ? Right.UPDATE.bit : 0)
        | ((type & 32) != 0 ? Right.TRUNCATE.bit : 0);
  }
}
