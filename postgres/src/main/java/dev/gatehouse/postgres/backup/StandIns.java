package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a restore in place keeps as it is and an ordinary account cannot make: schemas of other
 * owners that extensions are in, which a copy has of the drill's account instead, privileges on
 * what the server itself brought, and default privileges of roles it cannot act for.
 */
final class StandIns {
  static final StandIns NONE = new StandIns(Map.of(), List.of(), List.of());

  /** What only a superuser may grant on. */
  private static final Set<String> BROUGHT = Set.of("system object", "extension member");

  /** The schemas as SQL has them, each with its recorded owner. */
  private final Map<String, String> owners;

  private final List<CatalogueObject> extensions;

  /** What the server itself brought with other privileges, and default privileges of others. */
  private final List<CatalogueObject> privileged;

  private StandIns(
      Map<String, String> owners,
      List<CatalogueObject> extensions,
      List<CatalogueObject> privileged) {
    this.owners = owners;
    this.extensions = extensions;
    this.privileged = privileged;
  }

  /** What is recorded, for that account; a parallel restore makes everything itself. */
  static StandIns of(RestoreAccount account, Baseline recorded, Scratch.Procedure procedure) {
    if (procedure == Scratch.Procedure.IN_PARALLEL) {
      return NONE;
    }
    Map<String, String> foreign = new TreeMap<>();
    for (CatalogueObject object : recorded.objects()) {
      if (object.kind().equals("schema")
          && !object.name().equals("public")
          && !account.actsFor(object.owner())) {
        foreign.put(object.name(), object.owner());
      }
    }
    List<CatalogueObject> extensions =
        recorded.objects().stream()
            .filter(object -> object.kind().equals("extension"))
            .filter(object -> foreign.containsKey(schema(object)))
            .toList();
    Map<String, String> owners = new TreeMap<>();
    extensions.forEach(one -> owners.put(schema(one), foreign.getOrDefault(schema(one), "")));
    List<CatalogueObject> privileged =
        recorded.objects().stream()
            .filter(
                object ->
                    (isBrought(object) && !account.isSuperuser())
                        || (RestoreAccount.isGlobalDefault(object)
                            && !account.actsFor(object.owner())))
            .toList();
    return new StandIns(owners, extensions, privileged);
  }

  /** Whether it tells privileges that only a superuser may grant. */
  static boolean isBrought(CatalogueObject object) {
    return BROUGHT.contains(object.kind());
  }

  /** What is brought, and granted otherwise than at first by somebody this account is not. */
  static List<String> notGrantable(RestoreAccount account, Baseline now) {
    return account.isSuperuser()
        ? List.of()
        : now.objects().stream().filter(StandIns::isBrought).map(CatalogueObject::name).toList();
  }

  private static String schema(CatalogueObject extension) {
    return extension.facts().getOrDefault("inSchema", "");
  }

  /** As SQL has them. */
  Set<String> schemas() {
    return owners.keySet();
  }

  /** Before everything else is restored. */
  void make(Target copy) throws SQLException {
    if (owners.isEmpty()) {
      return;
    }
    try (Connection session = Sessions.writing(copy)) {
      for (String schema : owners.keySet()) {
        Queries.run(session, "CREATE SCHEMA " + schema);
      }
      for (CatalogueObject extension : extensions) {
        Queries.run(
            session,
            "CREATE EXTENSION IF NOT EXISTS "
                + extension.name()
                + " SCHEMA "
                + schema(extension)
                + " VERSION "
                + SqlNames.literal(extension.facts().getOrDefault("version", ""))
                + " CASCADE");
      }
    }
  }

  boolean isOne(CatalogueObject object) {
    return (object.kind().equals("schema") && owners.containsKey(object.name()))
        || privileged.stream().anyMatch(one -> one.words().equals(object.words()));
  }

  /** For the evidence; empty when there are none. */
  String words() {
    List<String> words = new ArrayList<>();
    owners.forEach((schema, owner) -> words.add("schema " + schema + " of " + owner));
    if (!words.isEmpty()) {
      words.set(
          words.size() - 1,
          words.get(words.size() - 1)
              + ": kept by a restore in place; owner, privileges and comment are not the copy's");
    }
    if (!privileged.isEmpty()) {
      words.add(
          String.join(
                  ", ",
                  privileged.stream()
                      .map(one -> isBrought(one) ? "privileges on " + one.name() : one.words())
                      .toList())
              + ": kept by a restore in place as they stand then, and not this account's to grant;"
              + " where they are others by then, or gone, a superuser has to bring them back first");
    }
    return String.join(", ", words);
  }
}
