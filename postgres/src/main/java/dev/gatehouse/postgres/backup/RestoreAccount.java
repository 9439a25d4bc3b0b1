package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the session's account may neither drop nor make, because of whose it is or what it is. */
final class RestoreAccount {
  private static final int SHOWN = 5;

  /** From this version on a member may or may not be allowed to make things the role's. */
  private static final int SET_OPTION = 16;

  private static final String ROLES =
      "SELECT quote_ident(rolname) AS quoted, rolname, rolsuper,"
          + " pg_has_role(oid, 'USAGE') AS usable, pg_has_role(oid, '%s') AS settable"
          + " FROM pg_roles";

  static final String DEFAULT_PRIVILEGES = "default privileges";

  /** Neither dropped nor made by a restore. */
  private static final Set<String> LEFT_ALONE = Set.of("database", "extension", "system object");

  private static final String EXTENSION =
      "SELECT 1 FROM pg_available_extension_versions WHERE name = ? AND version = ?"
          + " AND superuser AND NOT trusted";

  private static final String LARGE_OBJECTS =
      "SELECT DISTINCT quote_ident(pg_get_userbyid(lomowner)) FROM pg_largeobject_metadata";

  /** Who granted what is not its own, as the catalogue tells it. */
  private static final Pattern GRANTED_BY = Pattern.compile(" BY (\\S+|\"([^\"]|\"\")+\")$");

  private record Role(String name, boolean superuser, boolean usable, boolean settable) {
    static Role of(Row row) {
      return new Role(
          row.text("rolname"),
          row.isTrue("rolsuper"),
          row.isTrue("usable"),
          row.isTrue("settable"));
    }
  }

  private final Connection session;
  private final String account;
  private final boolean superuser;
  private final Map<String, Role> roles = new HashMap<>();
  private final SortedMap<String, List<String>> lacking = new TreeMap<>();
  private final List<String> needsSuperuser = new ArrayList<>();
  private final SuperuserMakes superuserMakes;
  private final boolean membershipHasOptions;

  private RestoreAccount(Connection session) throws SQLException {
    this.session = session;
    account = Queries.pinned(session, "SELECT quote_ident(current_user)");
    superuser =
        Queries.isTrue(session, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
    superuserMakes = SuperuserMakes.of(session);
    membershipHasOptions = session.getMetaData().getDatabaseMajorVersion() >= SET_OPTION;
    String making = membershipHasOptions ? "SET" : "MEMBER";
    for (Row row : Queries.rows(session, ROLES.formatted(making), Function.identity())) {
      roles.put(row.text("quoted"), Role.of(row));
    }
  }

  /** Of the account that the session acts for. */
  static RestoreAccount of(Connection session) throws SQLException {
    return new RestoreAccount(session);
  }

  /** What lies there now goes; an owner of its schema may drop what others own in it. */
  RestoreAccount dropping(Baseline now, Collection<String> keptSchemas) {
    Set<String> own = new HashSet<>();
    for (CatalogueObject object : now.objects()) {
      if (object.kind().equals("schema") && usable(object.owner())) {
        own.add(object.name());
      }
    }
    for (CatalogueObject object : now.objects()) {
      if (touched(object, keptSchemas)
          && !usable(object.owner())
          && (object.kind().equals(DEFAULT_PRIVILEGES)
              || (!own.contains(SqlNames.quoted(object.schema()))
                  && !own.contains(object.schema())))) {
        lacks(object.owner(), object.words());
      }
    }
    return this;
  }

  /** Those of that database go, or come back, or both; they are no part of its catalogue. */
  RestoreAccount largeObjectsOf(Connection database) throws SQLException {
    for (String owner : Queries.column(database, LARGE_OBJECTS)) {
      if (!actsFor(owner)) {
        lacks(owner, "large objects");
      }
    }
    return this;
  }

  /** All of this is made again, and becomes its owner's. */
  RestoreAccount making(Baseline then, Collection<String> keptSchemas) {
    for (CatalogueObject object : then.objects()) {
      if (touched(object, keptSchemas)) {
        if (!actsFor(object.owner())) {
          lacks(object.owner(), object.words());
        }
        grantors(object).stream()
            .filter(grantor -> !settable(grantor))
            .forEach(grantor -> lacks(grantor, "privileges it granted on " + object.words()));
      }
      if (superuserMakes.makes(object)) {
        needsSuperuser.add(object.words());
      }
    }
    return this;
  }

  private static List<String> grantors(CatalogueObject object) {
    return object.privileges().stream()
        .map(GRANTED_BY::matcher)
        .filter(Matcher::find)
        .map(granted -> granted.group(1))
        .distinct()
        .toList();
  }

  /** Roles that own what the archive holds, by their names. */
  RestoreAccount owning(Collection<String> owners) {
    Map<String, String> quoted = new HashMap<>();
    roles.forEach((name, role) -> quoted.put(role.name(), name));
    for (String owner : owners) {
      String name = quoted.getOrDefault(owner, owner);
      if (!actsFor(name)) {
        lacks(name, "what the backup holds of it");
      }
    }
    return this;
  }

  /** Extensions that are not there yet, with their versions. */
  RestoreAccount creating(Map<String, String> extensions) throws SQLException {
    for (Map.Entry<String, String> extension : extensions.entrySet()) {
      boolean untrusted =
          Queries.exists(session, EXTENSION, extension.getKey(), extension.getValue());
      if (untrusted) {
        needsSuperuser.add("extension " + extension.getKey() + " " + extension.getValue());
      }
    }
    return this;
  }

  private boolean touched(CatalogueObject object, Collection<String> keptSchemas) {
    return !object.owner().isEmpty()
        && !LEFT_ALONE.contains(object.kind())
        && !(isGlobalDefault(object) && !usable(object.owner()))
        && !(object.kind().equals("schema")
            && (object.name().equals("public") || keptSchemas.contains(object.name())));
  }

  private boolean usable(String owner) {
    Role role = roles.get(owner);
    return role != null && role.usable();
  }

  /** Default privileges that hold in every schema: no schema takes them along. */
  static boolean isGlobalDefault(CatalogueObject object) {
    return object.kind().equals(DEFAULT_PRIVILEGES) && object.schema().isEmpty();
  }

  boolean isSuperuser() {
    return superuser;
  }

  /** May give things to that role, and go on working at them. */
  boolean actsFor(String owner) {
    return settable(owner) && (usable(owner) || !roles.containsKey(owner));
  }

  private boolean settable(String owner) {
    Role role = roles.get(owner);
    return role == null || role.settable();
  }

  private void lacks(String owner, String what) {
    Role role = roles.get(owner);
    if (role != null && role.superuser()) {
      needsSuperuser.add(what + " of " + owner);
    } else {
      lacking.computeIfAbsent(owner, key -> new ArrayList<>()).add(what);
    }
  }

  /**
   * Nobody is told to make an account a member of a superuser: that would be one itself.
   *
   * @param fixForSuperuser what to do where only a superuser can
   * @throws Refusal naming what it lacks
   */
  void require(String fixForSuperuser) {
    if (superuser) {
      return;
    }
    if (!needsSuperuser.isEmpty()) {
      throw new Refusal(
          Finding.of("restore.superuser", "only a superuser may drop or make some of this")
              .withExpected("an account that may drop and make all of it")
              .withFound(account + " may not: " + shown(needsSuperuser))
              .withFix(fixForSuperuser));
    }
    if (!lacking.isEmpty()) {
      List<String> found = new ArrayList<>();
      lacking.forEach((owner, objects) -> found.add(owner + ": " + shown(objects)));
      throw new Refusal(
          Finding.of("restore.owners", "objects belong to roles this account cannot act for")
              .withExpected(
                  "membership in "
                      + String.join(", ", lacking.keySet())
                      + ", with its privileges and the right to become it")
              .withFound(account + " without it; " + String.join("; ", found))
              .withFix(
                  "GRANT "
                      + String.join(", ", lacking.keySet())
                      + " TO "
                      + account
                      + (membershipHasOptions ? " WITH INHERIT TRUE, SET TRUE" : inheriting())));
    }
  }

  private String inheriting() {
    return lacking.keySet().stream().anyMatch(this::settable)
        ? "; ALTER ROLE " + account + " INHERIT"
        : "";
  }

  static String shown(List<String> all) {
    List<String> distinct = all.stream().distinct().toList();
    return String.join(", ", distinct.subList(0, Math.min(SHOWN, distinct.size())))
        + (distinct.size() > SHOWN ? " and " + (distinct.size() - SHOWN) + " more" : "");
  }
}
