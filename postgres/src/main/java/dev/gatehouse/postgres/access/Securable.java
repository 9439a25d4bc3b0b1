package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import java.util.List;
import java.util.Map;

/**
 * An object of the catalogue with its access control list.
 *
 * @param relkind as pg_class tells it; a blank for what is no relation
 * @param plain its name unquoted, for patterns
 * @param schema number of its schema among all items; -1 where it is in none
 * @param acl its grants, those of acldefault() where it has none of its own
 * @param columns quoted names
 * @param columnGrants by the quoted name of the column
 */
record Securable(
    int number,
    AccessObject object,
    char relkind,
    boolean system,
    String plain,
    int schema,
    int owner,
    List<Grant> acl,
    List<String> columns,
    Map<String, List<Grant>> columnGrants) {

  AccessObject.Kind kind() {
    return object.kind();
  }

  String name() {
    return object.name();
  }

  /** As GRANT and REVOKE name it. */
  String inGrant() {
    return switch (kind()) {
      case TABLE, COLUMN -> name();
      case SEQUENCE -> "SEQUENCE " + name();
      case SCHEMA -> "SCHEMA " + name();
      case ROUTINE -> "ROUTINE " + name();
      case DATABASE -> "DATABASE " + name();
    };
  }

  /** As a sentence names it. */
  String words() {
    return switch (kind()) {
      case TABLE, COLUMN, ROUTINE -> name();
      case SEQUENCE -> "sequence " + name();
      case SCHEMA -> "schema " + name();
      case DATABASE -> "database " + name();
    };
  }
}
