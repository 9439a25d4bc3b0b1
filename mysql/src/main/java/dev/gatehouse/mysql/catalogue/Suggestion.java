package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import java.util.Optional;

/** A statement that adds or drops an index or a constraint; none where names are not plain. */
final class Suggestion {
  private Suggestion() {}

  static Optional<String> of(CatalogueObject object, boolean add) {
    if (!object.name().matches("[\\w$]+\\.[\\w$]+")) {
      return Optional.empty();
    }
    String part = object.name().substring(object.of().length() + 1);
    String alter = "ALTER TABLE " + Names.inSql(object.of());
    boolean index = object.kind().equals("index");
    if (add) {
      String name = index ? "" : "CONSTRAINT " + Names.inSql(part) + " ";
      return Optional.of(alter + " ADD " + name + object.definition() + ";");
    }
    if (index) {
      String what = part.equals("PRIMARY") ? "PRIMARY KEY" : "INDEX " + Names.inSql(part);
      return Optional.of(alter + " DROP " + what + ";");
    }
    return object.definition().startsWith("FOREIGN KEY")
        ? Optional.of(alter + " DROP FOREIGN KEY " + Names.inSql(part) + ";")
        : Optional.empty();
  }
}
