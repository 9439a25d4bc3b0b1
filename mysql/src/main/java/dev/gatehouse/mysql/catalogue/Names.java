package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.List;
import java.util.Map;

/** Objects, named as patterns name them on every product. */
final class Names {
  private Names() {}

  /** In double quotes where it is more than a word. */
  static String of(String name) {
    return SqlNames.printed(name);
  }

  /** As the server has it, whatever it contains. */
  static String inSql(String name) {
    return SqlNames.quotedAsIs(name);
  }

  /** A part of a table or the like. */
  static String of(String whole, String part) {
    return whole + "." + of(part);
  }

  /** The database is the one of the target, so its name is no part of what is compared. */
  static CatalogueObject object(
      String kind, String name, String of, String definition, Map<String, String> facts) {
    return new CatalogueObject(kind, "", name, of, definition, "", List.of(), facts);
  }

  /** The same with a definer. */
  static CatalogueObject owned(
      String kind,
      String name,
      String of,
      String definition,
      String definer,
      Map<String, String> facts) {
    return new CatalogueObject(kind, "", name, of, definition, definer, List.of(), facts);
  }
}
