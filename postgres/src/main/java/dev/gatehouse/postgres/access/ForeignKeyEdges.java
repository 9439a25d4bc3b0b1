package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.postgres.access.AccessEdge.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Foreign keys and partitions: what is done to one table is done to another. */
final class ForeignKeyEdges {
  private final BuiltCode found;

  private ForeignKeyEdges(BuiltCode found) {
    this.found = found;
  }

  static void read(BuiltCode found) {
    ForeignKeyEdges keys = new ForeignKeyEdges(found);
    keys.foreignKeys();
    keys.partitions();
  }

  /**
   * The engine does it as the owner of the referencing table. Before version 18 what it fires AFTER
   * that runs at the end of the statement, as whoever executes that.
   */
  private void foreignKeys() {
    CatalogueReader.each(
        found
            .reader
            .sql
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
          OptionalInt parent = found.relation(row.value1());
          OptionalInt child = found.relation(row.value2());
          if (parent.isPresent() && child.isPresent()) {
            action(found.item(parent), Right.DELETE, row.value3(), found.item(child), row.value5());
            action(found.item(parent), Right.UPDATE, row.value4(), found.item(child), row.value5());
          }
        });
  }

  private void action(Securable parent, Right event, String action, Securable child, String key) {
    if ("cnd".contains(action)) {
      Right right = action.equals("c") ? event : Right.UPDATE;
      Hop hop =
          Hop.of(
                  Hop.Kind.FOREIGN_KEY,
                  "foreign key %s takes %s on %s on to %s as %s, by the owner %s"
                      .formatted(
                          key, event, parent.name(), child.name(), right, found.owner(child)))
              .withThrough(parent.name());
      List<Identity> names = new ArrayList<>(List.of(Identity.owner(child.owner())));
      if (found.reader.major < 18) {
        names.add(Identity.ownersRelations(child.owner()));
      }
      for (Identity as : names) {
        found.ways.add(new AccessEdge(parent.number(), event.bit, child.number(), right, as, hop));
      }
    }
  }

  /** Asked for the parent alone; to what only inherits no row is routed. */
  private void partitions() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(number("i.inhparent"), number("i.inhrelid"), text("p.relkind"))
            .from("pg_inherits i join pg_class p on p.oid = i.inhparent")
            .where("p.relkind in ('r', 'p', 'f')"),
        row -> {
          OptionalInt parent = found.relation(row.value1());
          OptionalInt child = found.relation(row.value2());
          if (parent.isPresent() && child.isPresent()) {
            Securable from = found.item(parent);
            Securable to = found.item(child);
            boolean partition = row.value3().equals("p");
            for (Right right : Right.of(Right.DML | Right.TRUNCATE.bit)) {
              if (right == Right.INSERT && !partition) {
                continue;
              }
              found.ways.add(
                  new AccessEdge(
                      from.number(),
                      right.bit,
                      to.number(),
                      right,
                      Identity.SAME,
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
}
