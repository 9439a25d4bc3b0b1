package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Refusals;
import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Refuses a restore in place that would be rolled back anyway. */
final class RestorePreflight {
  private static final String SUPERUSERS_FIX =
      "plan it for a target whose account is a superuser; or have a superuser drop these, or give"
          + " them to an ordinary role: ALTER ... OWNER TO ...";

  private static final String UPDATE_PATH =
      "SELECT 1 FROM pg_extension_update_paths(?)"
          + " WHERE source = ? AND target = ? AND path IS NOT NULL";

  private RestorePreflight() {}

  /**
   * While planning, when no archive is at hand: what the target holds now is what will have to go,
   * and most likely what will have to come back.
   *
   * @return what is not known before
   */
  static List<String> planned(Connection session) throws SQLException {
    RestoreKept kept = RestoreKept.asNow(session);
    Baseline now = PostgresCatalogue.INSTANCE.read(session);
    RestoreAccount account = RestoreAccount.of(session);
    Refusals refusals = new Refusals();
    refusals.in(() -> refuseSubscriptions(session));
    refusals.in(
        () ->
            account
                .dropping(now, kept.schemas())
                .making(PostgresCatalogue.dumped(now), kept.schemas())
                .largeObjectsOf(session)
                .require(SUPERUSERS_FIX));
    refusals.in(
        () ->
            CreatingOwners.of(session, now).require(kept.schemasOfOthers(session), kept.vacant()));
    refusals.in(() -> requireCreate(session, now, kept.schemas()));
    refusals.in(() -> ExtensionRows.requireReplaceable(session, extension -> true));
    refusals.in(() -> ExtensionTableParts.refuseEndangered(session, extension -> true));
    refusals.in(() -> refuseTooManyLocks(session, LockRoom.toMake(session)));
    refusals.refuse();
    List<String> unknown = new ArrayList<>();
    unknown.add(
        "until then: what changes before makes of owners, extensions, row security and"
            + " subscriptions, and whether the server's disk has room for both states");
    List<String> brought = StandIns.notGrantable(account, now);
    if (!brought.isEmpty()) {
      unknown.add(
          "until then: privileges on "
              + RestoreAccount.shown(brought)
              + ", which only a superuser could bring back");
    }
    return unknown;
  }

  static void check(Connection session, DumpArchive archive) throws SQLException, IOException {
    DrillPreflight.requireRolesAndExtensions(session, archive);
    refuseSubscriptions(session);
    RestoreSessions.refusePrepared(session);
    RestoreKept kept = RestoreKept.of(session, archive);
    requireExtensionVersions(session, archive, kept);
    requireOwnExtensions(session, kept);
    ExtensionRows.requireReplaceable(session, kept::keeps);
    ExtensionTableParts.refuseEndangered(session, kept::keeps);
    Map<String, String> missing = new HashMap<>(archive.needs().extensions());
    missing.keySet().removeIf(kept::keeps);
    RestoreAccount account =
        RestoreAccount.of(session)
            .dropping(PostgresCatalogue.INSTANCE.read(session), kept.schemas())
            .largeObjectsOf(session)
            .creating(missing);
    making(account, archive, kept.schemas()).require(SUPERUSERS_FIX);
    if (archive.definitions().isPresent()) {
      Baseline then = archive.definitions().get();
      CreatingOwners.of(session, then).require(kept.schemasOfOthers(session), kept.vacant());
      requireCreate(session, then, kept.schemas());
    }
    refuseTooManyLocks(session, archive.locks());
  }

  static RestoreAccount making(RestoreAccount account, DumpArchive archive, Collection<String> kept)
      throws IOException {
    return archive.definitions().isPresent()
        ? account
            .making(PostgresCatalogue.dumped(archive.definitions().get()), kept)
            .owning(archive.largeObjectOwners())
        : account.owning(archive.owners());
  }

  /** A copy is the account's own; the target need not be. */
  private static void requireCreate(Connection session, Baseline then, Collection<String> kept)
      throws SQLException {
    List<String> made =
        then.objects().stream()
            .filter(
                object ->
                    object.kind().equals("publication")
                        || (object.kind().equals("schema")
                            && !object.name().equals("public")
                            && !kept.contains(object.name())))
            .map(CatalogueObject::words)
            .toList();
    if (made.isEmpty()
        || Queries.isTrue(session, "SELECT has_database_privilege(current_database(), 'CREATE')")) {
      return;
    }
    String account = Queries.pinned(session, "SELECT quote_ident(current_user)");
    String database = Queries.pinned(session, "SELECT quote_ident(current_database())");
    throw new Refusal(
        Finding.of("restore.create", "what a restore drops could not be made again")
            .withExpected("CREATE on database " + database + " for " + account)
            .withFound("none, and it would make " + RestoreAccount.shown(made))
            .withFix("GRANT CREATE ON DATABASE " + database + " TO " + account));
  }

  private static void refuseTooManyLocks(Connection session, long then) throws SQLException {
    long need = LockRoom.toDrop(session) + then;
    LockRoom.require(session, need, "a restore in one transaction", "");
  }

  /** Of those that stay. */
  private static void requireExtensionVersions(
      Connection session, DumpArchive archive, RestoreKept kept) throws SQLException {
    for (Map.Entry<String, String> extension : archive.needs().extensions().entrySet()) {
      String name = extension.getKey();
      String version = extension.getValue();
      List<String> there =
          Queries.column(session, "SELECT extversion FROM pg_extension WHERE extname = ?", name);
      if (kept.keeps(name) && !there.isEmpty() && !there.get(0).equals(version)) {
        throw new Refusal(
            Finding.of("restore.extension", "an extension is not of the version of the backup")
                .withExpected(name + " " + version)
                .withFound(name + " " + there.get(0))
                .withFix(fix(session, name, there.get(0), version)));
      }
    }
  }

  /** Most extensions have no way back to an older version. */
  private static String fix(Connection session, String name, String found, String version)
      throws SQLException {
    String quoted = SqlNames.quoted(name);
    boolean way = Queries.exists(session, UPDATE_PATH, name, found, version);
    return way
        ? "ALTER EXTENSION " + quoted + " UPDATE TO '" + version + "'"
        : "as its owner: DROP EXTENSION "
            + quoted
            + " CASCADE; CREATE EXTENSION "
            + quoted
            + " VERSION '"
            + version
            + "'; what depended on it comes back with the restore";
  }

  /** Those that the archive has not, or elsewhere. */
  private static void requireOwnExtensions(Connection session, RestoreKept kept)
      throws SQLException {
    for (RestoreKept.Extension extension : kept.dropped()) {
      if (!extension.own()) {
        String account = Queries.pinned(session, "SELECT quote_ident(current_user)");
        throw new Refusal(
            Finding.of("restore.extension", "an extension has to go that this account does not own")
                .withExpected("no extension " + extension.name() + " in " + extension.schema())
                .withFound("one that " + account + " may not drop")
                .withFix(
                    "have its owner say: DROP EXTENSION "
                        + SqlNames.quoted(extension.name())
                        + " CASCADE"));
      }
    }
  }

  private static void refuseSubscriptions(Connection session) throws SQLException {
    List<String> names =
        Queries.column(
            session,
            "SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                + " WHERE d.datname = current_database()");
    if (!names.isEmpty()) {
      String name = names.get(0);
      throw new Refusal(
          Finding.of("restore.subscription", "the database receives what others publish")
              .withExpected("no subscription: it could not be dropped and made in a transaction")
              .withFound("subscription " + name)
              .withFix("DROP SUBSCRIPTION " + SqlNames.quoted(name)));
    }
  }
}
