package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.text;

import dev.gatehouse.postgres.access.AccessEdge.OpaqueCode;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * The ways that no grant tells of, as they are read: views, rules, policies, expressions, triggers,
 * routines, foreign keys, partitions.
 *
 * @param policies by the number of the table, where row security is on
 * @param changes mask of the changes that a view takes, by its number
 * @param unpinned routines that run as their owner and look names up as they are called
 * @param supplying views with defaults of their own
 * @param digests of the bodies of routines, by their numbers
 */
record AccessEdges(
    List<AccessEdge> ways,
    List<OpaqueCode> opaque,
    List<String> unread,
    Map<Integer, RowPolicies> policies,
    Map<Integer, Integer> changes,
    BitSet unpinned,
    BitSet supplying,
    Map<Integer, String> digests) {

  static AccessEdges read(CatalogueReader reader, SecurableReader items) {
    BuiltCode found = new BuiltCode(reader, items);
    RoutineBodies.read(found);
    ViewEdges.read(found);
    ForeignKeyEdges.read(found);
    RelationCode.read(found);
    elsewhere(found);
    return new AccessEdges(
        found.ways,
        found.opaque,
        found.unread,
        found.policies,
        found.changes,
        found.unpinned,
        found.supplying,
        found.digests);
  }

  /** Other servers ask their own grants. */
  private static void elsewhere(BuiltCode found) {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(text("quote_ident(s.srvname)"), text("quote_ident(w.fdwname)"))
            .from("pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw")
            .orderBy(text("s.srvname")),
        row ->
            found.unread.add(
                "what may be done through server %s (%s) is for that server to say"
                    .formatted(row.value1(), row.value2())));
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(text("quote_ident(s.subname)"))
            .from("pg_subscription s")
            .where("s.subdbid = (select oid from pg_database where datname = current_database())")
            .orderBy(text("s.subname")),
        row ->
            found.unread.add(
                "subscription %s writes what its publisher sends".formatted(row.value1())));
  }
}
