package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import java.util.List;
import java.util.Map;

/**
 * An object of the catalogue with its access control list.
 *
 * @param relkind as pg_class tells it; of others one of the letters below; a blank where there is
 *     nothing to tell
 * @param system whether the engine keeps all but superusers from writing to it or using it
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
  /** A parameter that anybody sets in a session, large objects where nobody is asked. */
  static final char UNASKED = 'u';

  /** A routine that runs as its owner. */
  static final char DEFINER = 'd';

  /** Of a parameter: in a session, by who has the privilege. */
  static final char SET_BY_PRIVILEGE = 's';

  /** Of a parameter: for the whole server alone. */
  static final char SET_FOR_SERVER = 'w';

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
      case TYPE -> "TYPE " + name();
      case LANGUAGE -> "LANGUAGE " + name();
      case FOREIGN_SERVER -> "FOREIGN SERVER " + name();
      case FOREIGN_DATA_WRAPPER -> "FOREIGN DATA WRAPPER " + name();
      case LARGE_OBJECTS -> "LARGE OBJECT " + name().replaceFirst(" and .*", "");
      case PARAMETER -> "PARAMETER " + name();
      case TABLESPACE -> "TABLESPACE " + name();
    };
  }

  /** What the product calls it. */
  String form() {
    return kind() != AccessObject.Kind.TABLE
        ? relkind == DEFINER ? "definer routine" : kind().words()
        : switch (relkind) {
          case 'v' -> "view";
          case 'm' -> "materialized view";
          case 'f' -> "foreign table";
          default -> "table";
        };
  }

  /** As a sentence names it. */
  String words() {
    return switch (kind()) {
      case TABLE, COLUMN, ROUTINE -> name();
      default -> kind().words() + " " + name();
    };
  }
}
