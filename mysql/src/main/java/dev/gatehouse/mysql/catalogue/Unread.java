package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.Product;
import java.util.List;
import java.util.Set;

/**
 * What an account may not read: the servers do not say so, they show what is there without it. So
 * it is asked by the account's own grants.
 */
record Unread(OwnRights rights, Product product) {
  private static final Set<String> ROUTINES =
      Set.of("function", "procedure", "package", "package body");

  /**
   * @throws Refusal when not even all tables and views show
   */
  void refuseWithoutTables() {
    for (String right : List.of("SELECT", "SHOW VIEW")) {
      if (!rights.hold(right + " ON this")) {
        throw new Refusal(
            Finding.of("catalogue.unread", "the account does not see all tables and views")
                .withExpected("SELECT and SHOW VIEW on the whole database")
                .withFound("no " + right + " on it, by its own SHOW GRANTS")
                .withFix("GRANT SELECT, SHOW VIEW ON the database.* TO the target's account"));
      }
    }
  }

  boolean triggers(List<CatalogueObject> into) {
    return read("triggers", Set.of("trigger"), List.of("TRIGGER ON this"), into);
  }

  boolean routines(List<CatalogueObject> into) {
    return read("routines", ROUTINES, product.routineReaders(), into);
  }

  boolean events(List<CatalogueObject> into) {
    return read("events", Set.of("event"), List.of("EVENT ON this"), into);
  }

  boolean grants(List<CatalogueObject> into) {
    return read("grants", Set.of("grant"), List.of("SELECT ON mysql.*"), into);
  }

  private boolean read(
      String name, Set<String> kinds, List<String> anyOf, List<CatalogueObject> into) {
    boolean may = anyOf.stream().anyMatch(rights::hold);
    if (!may) {
      into.add(CatalogueObject.unread(name, kinds, String.join(" or ", anyOf)));
    }
    return may;
  }
}
