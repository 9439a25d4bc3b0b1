package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Objects, named as patterns name them on every product. */
final class Names {
  private static final Pattern WORD = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*");

  private Names() {}

  /** In double quotes where it is more than a word. */
  static String of(String name) {
    return WORD.matcher(name).matches() ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  /** As the server has it, whatever it contains. */
  static String inSql(String name) {
    return '`' + name.replace("`", "``") + '`';
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
