package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The server gives an object only to a role that may create in its schema. An archive grants that
 * at its end, if at all: it may be long since the role made the object, or a superuser gave it.
 */
final class CreatingOwners {
  private static final String SCHEMA = "schema";
  private static final String CREATE_SCHEMA = "CREATE SCHEMA ";

  /** From here on an archive's own grants count, and those before it are in their way. */
  private static final Pattern GRANTS =
      Pattern.compile("(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|SET SESSION AUTHORIZATION) ");

  private static final String SUPERUSER =
      "SELECT rolsuper FROM pg_roles WHERE rolname = current_user";

  private static final String MAY =
      "SELECT coalesce(has_schema_privilege(to_regrole(?)::oid, to_regnamespace(?)::oid, 'CREATE'),"
          + " true)";

  private final Connection session;
  private final Map<String, SortedSet<String>> owners;
  private final List<String> granted = new ArrayList<>();

  private CreatingOwners(Connection session, Map<String, SortedSet<String>> owners) {
    this.session = session;
    this.owners = owners;
  }

  /** Of what a baseline holds, by the schema as SQL has it; those who own the schema are none. */
  static CreatingOwners of(Connection session, Baseline then) throws SQLException {
    Map<String, CatalogueObject> schemas = new LinkedHashMap<>();
    for (CatalogueObject object : then.objects()) {
      if (object.kind().equals(SCHEMA)) {
        schemas.put(object.schema(), object);
      }
    }
    Map<String, SortedSet<String>> owners = new LinkedHashMap<>();
    if (Queries.isTrue(session, SUPERUSER)) {
      return new CreatingOwners(session, owners);
    }
    for (CatalogueObject object : then.objects()) {
      CatalogueObject schema = schemas.get(object.schema());
      if (schema != null
          && !object.kind().equals(SCHEMA)
          && !object.kind().equals(RestoreAccount.DEFAULT_PRIVILEGES)
          && !object.owner().isEmpty()
          && !object.owner().equals(schema.owner())) {
        owners.computeIfAbsent(schema.name(), name -> new TreeSet<>()).add(object.owner());
      }
    }
    return new CreatingOwners(session, owners);
  }

  /**
   * @param kept schemas that stay as they are, and that this account may grant nothing on
   * @param filled those of them in which it makes something itself in any case
   * @throws Refusal naming who may not create in them
   */
  void require(Collection<String> kept, Collection<String> filled) throws SQLException {
    String account = Queries.pinned(session, "SELECT quote_ident(current_user)");
    List<String> lacking = new ArrayList<>();
    List<String> fixes = new ArrayList<>();
    for (String schema : kept) {
      SortedSet<String> roles = new TreeSet<>(owners.getOrDefault(schema, new TreeSet<>()));
      if (!roles.isEmpty() || filled.contains(schema)) {
        roles.add(account);
      }
      for (String role : roles) {
        if (!may(role, schema)) {
          lacking.add(role + " on schema " + schema);
          fixes.add("GRANT CREATE ON SCHEMA " + schema + " TO " + role);
        }
      }
    }
    if (!lacking.isEmpty()) {
      throw new Refusal(
          Finding.of("restore.create", "what is in a schema that stays could not be made again")
              .withExpected("CREATE for each role that owns something there, and for " + account)
              .withFound("none for " + String.join(", ", lacking))
              .withFix(String.join("; ", fixes) + "  -- by the owner of the schema"));
    }
  }

  private boolean may(String role, String schema) throws SQLException {
    return Queries.isTrue(session, MAY, role, schema);
  }

  /** In schemas that are there before the archive makes any. */
  void grantIn(Collection<String> schemas) throws SQLException {
    for (String schema : schemas) {
      grantIn(schema);
    }
  }

  private void grantIn(String schema) throws SQLException {
    for (String role : owners.getOrDefault(schema, new TreeSet<>())) {
      if (!may(role, schema)) {
        Queries.run(session, "GRANT CREATE ON SCHEMA " + schema + " TO " + role);
        granted.add("REVOKE CREATE ON SCHEMA " + schema + " FROM " + role);
      }
    }
  }

  /** A statement of the archive is to be executed, or is its COMMIT. */
  void before(String sql) throws SQLException {
    if (!granted.isEmpty() && (sql.equals("COMMIT") || GRANTS.matcher(sql).lookingAt())) {
      for (String revoke : granted) {
        Queries.run(session, revoke);
      }
      granted.clear();
      owners.clear();
    }
  }

  /** A statement of the archive was executed. */
  void after(String sql) throws SQLException {
    if (sql.startsWith(CREATE_SCHEMA)) {
      grantIn(sql.substring(CREATE_SCHEMA.length()));
    }
  }
}
