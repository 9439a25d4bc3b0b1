package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.archive.ContentNames;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a restore in place leaves where it is: extensions that the archive has in the same schema,
 * and the schemas they are in. Of its statements about them only those are executed that this
 * account may execute; that they stand as recorded is proved at the end, as of everything.
 */
final class RestoreKept {
  private static final String EXTENSIONS =
      "SELECT x.extname, x.extversion, quote_ident(n.nspname) AS schema,"
          + " pg_has_role(x.extowner, 'USAGE') AS own,"
          + " coalesce(obj_description(x.oid, 'pg_extension'), '') AS comment,"
          + " n.nspname <> 'public' AND "
          + ContentTable.USER_SCHEMA
          + " AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_namespace'::regclass"
          + " AND e.objid = n.oid AND e.deptype = 'e') AS schema_stays, pg_has_role(n.nspowner, 'USAGE') AS owned_schema"
          + " FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace ORDER BY x.oid";

  private static final String OF_OTHERS =
      "SELECT n.nspname FROM pg_namespace n WHERE quote_ident(n.nspname) = ?"
          + " AND n.nspname <> 'public' AND NOT pg_has_role(n.nspowner, 'USAGE') AND "
          + ContentTable.USER_SCHEMA;

  private static final String PUBLIC_OF_OTHERS =
      "SELECT nspname FROM pg_namespace WHERE nspname = 'public'"
          + " AND NOT pg_has_role(nspowner, 'USAGE')";

  /**
   * One that is installed.
   *
   * @param schema as SQL has it
   * @param own whether this account may drop or comment it
   * @param ownedSchema whether this account owns the schema
   */
  record Extension(
      String name,
      String version,
      String schema,
      boolean own,
      String comment,
      boolean schemaStays,
      boolean ownedSchema) {
    static Extension of(Row row) {
      return new Extension(
          row.text("extname"),
          row.text("extversion"),
          row.text("schema"),
          row.isTrue("own"),
          row.text("comment"),
          row.isTrue("schema_stays"),
          row.isTrue("owned_schema"));
    }
  }

  private final List<Extension> kept = new ArrayList<>();
  private final List<Extension> dropped = new ArrayList<>();
  private final Map<String, String> comments = new HashMap<>();
  private final StandIns standIns;

  /** Schemas of others that a recorded extension is to be made in again. */
  private final Set<String> vacant = new TreeSet<>();

  private RestoreKept(StandIns standIns) {
    this.standIns = standIns;
  }

  /** As it is before anything is dropped. */
  static RestoreKept of(Connection session, DumpArchive archive) throws SQLException, IOException {
    return of(session, archive, StandIns.NONE);
  }

  /** The same in a copy, where others' schemas are the drill's. */
  static RestoreKept of(Connection session, DumpArchive archive, StandIns standIns)
      throws SQLException, IOException {
    RestoreKept result = new RestoreKept(standIns);
    Map<String, CatalogueObject> recorded = new HashMap<>();
    archive
        .definitions()
        .ifPresent(
            all ->
                all.objects().stream()
                    .filter(object -> object.kind().equals("extension"))
                    .forEach(object -> recorded.put(object.name(), object)));
    Map<String, String> brought = ContentReader.broughtByExtensions(session);
    for (Extension extension : installed(session)) {
      CatalogueObject object = recorded.get(quoted(session, extension.name()));
      boolean there =
          archive.needs().extensions().containsKey(extension.name())
              && (object == null
                  || object.facts().getOrDefault("inSchema", "").equals(extension.schema()));
      there = there && !isRenewedAs(archive, extension, session);
      Optional<String> changed = changed(extension.name(), archive.states(), brought);
      if (there && changed.isPresent()) {
        requireRenewable(session, extension, changed.get(), archive.states(), brought);
        there = false;
      }
      (there ? result.kept : result.dropped).add(extension);
      if (there && object != null) {
        result.comments.put(extension.name(), object.facts().getOrDefault("comment", ""));
      }
    }
    result.keepVacant(session, recorded.values());
    return result;
  }

  /** One of another version is made again, where this account may drop it. */
  private static boolean isRenewedAs(DumpArchive archive, Extension extension, Connection session)
      throws SQLException {
    return extension.own()
        && !extension.version().equals(archive.needs().extensions().get(extension.name()))
        && !ExtensionRows.hasOthers(session, extension.name());
  }

  /** Whose rows are other ones than when the backup was taken; one of before says nothing of it. */
  private static Optional<String> changed(
      String extension, Map<String, String> recorded, Map<String, String> now) {
    return now.keySet().stream()
        .filter(name -> ContentNames.isBroughtBy(extension, name))
        .filter(name -> recorded.containsKey(name))
        .filter(name -> !String.valueOf(recorded.get(name)).equals(now.get(name)))
        .findFirst();
  }

  /** No dump holds these rows: only the extension, made again, brings them back. */
  private static void requireRenewable(
      Connection session,
      Extension extension,
      String rows,
      Map<String, String> recorded,
      Map<String, String> now)
      throws SQLException {
    if (extension.own() && !ExtensionRows.hasOthers(session, extension.name())) {
      return;
    }
    throw new Refusal(
        Finding.of("restore.extension-rows", rows + " are not as recorded")
            .withExpected(String.valueOf(recorded.get(rows)))
            .withFound(
                now.get(rows)
                    + "; a dump does not hold these, and this restore may not drop the extension"
                    + (extension.own() ? ": other tables would go with it" : ": of another owner"))
            .withFix("put these rows back as a new database with that extension has them"));
  }

  /** All that is installed: an archive of the state as it is has each of them. */
  static RestoreKept asNow(Connection session) throws SQLException {
    RestoreKept result = new RestoreKept(StandIns.NONE);
    result.kept.addAll(installed(session));
    return result;
  }

  private static List<Extension> installed(Connection session) throws SQLException {
    return Queries.rows(session, EXTENSIONS, Extension::of);
  }

  private static String quoted(Connection session, String name) throws SQLException {
    return Queries.pinned(session, "SELECT quote_ident(?)", name);
  }

  /** Extensions that the archive has not, or not in that schema. */
  List<Extension> dropped() {
    return dropped;
  }

  boolean keeps(String extension) {
    return kept.stream().anyMatch(one -> one.name().equals(extension));
  }

  /** Schemas as SQL has them: they stay, and what people put there goes one by one. */
  List<String> schemas() {
    return Stream.concat(
            kept.stream().filter(Extension::schemaStays).map(Extension::schema), vacant.stream())
        .distinct()
        .toList();
  }

  /** Those of them in which an extension is missing. */
  Set<String> vacant() {
    return vacant;
  }

  private void keepVacant(Connection session, Collection<CatalogueObject> recorded)
      throws SQLException {
    List<String> there = schemas();
    for (CatalogueObject extension : recorded) {
      String schema = extension.facts().getOrDefault("inSchema", "");
      if (!there.contains(schema) && !Queries.column(session, OF_OTHERS, schema).isEmpty()) {
        vacant.add(schema);
      }
    }
  }

  /** Those of them, and public, that this account does not own: it can grant nothing on them. */
  List<String> schemasOfOthers(Connection session) throws SQLException {
    List<String> others = new ArrayList<>(Queries.column(session, PUBLIC_OF_OTHERS));
    kept.stream()
        .filter(extension -> extension.schemaStays() && !extension.ownedSchema())
        .map(Extension::schema)
        .distinct()
        .forEach(others::add);
    others.addAll(vacant);
    return others;
  }

  /** They are as CREATE SCHEMA makes them, and what the archive says of them comes on top. */
  void reset(Connection session) throws SQLException {
    for (Extension extension : kept) {
      if (extension.schemaStays() && restoresSchema(extension)) {
        reset(session, extension.schema());
      }
      String recorded = recordedComment(extension);
      boolean commented = recorded.isEmpty() && !extension.comment().isEmpty();
      if (extension.own() && commented && stands(session, extension)) {
        Queries.run(
            session, "COMMENT ON EXTENSION " + SqlNames.quoted(extension.name()) + " IS NULL");
      }
    }
  }

  /** Not, where it depended on something that people made: the archive makes it again. */
  private static boolean stands(Connection session, Extension extension) throws SQLException {
    return Queries.exists(
        session, "SELECT 1 FROM pg_extension WHERE extname = ?", extension.name());
  }

  private String recordedComment(Extension extension) {
    return comments.getOrDefault(extension.name(), extension.comment());
  }

  private static void reset(Connection session, String schema) throws SQLException {
    Queries.run(session, "ALTER SCHEMA " + schema + " OWNER TO CURRENT_USER");
    List<String> grantees =
        Queries.column(
            session,
            "SELECT DISTINCT coalesce(quote_ident(g.rolname), 'PUBLIC') FROM pg_namespace n"
                + " CROSS JOIN LATERAL aclexplode(n.nspacl) e"
                + " LEFT JOIN pg_roles g ON g.oid = e.grantee WHERE quote_ident(n.nspname) = ?",
            schema);
    for (String grantee : grantees) {
      Queries.run(session, "REVOKE ALL ON SCHEMA " + schema + " FROM " + grantee + " CASCADE");
    }
    Queries.run(session, "GRANT ALL ON SCHEMA " + schema + " TO CURRENT_USER");
    Queries.run(session, "COMMENT ON SCHEMA " + schema + " IS NULL");
  }

  /** Whether a statement of the archive is to be executed. */
  boolean replays(String sql) {
    for (Extension extension : kept) {
      if (is(sql, "COMMENT ON EXTENSION ", SqlNames.quoted(extension.name()), " IS ")
          || is(sql, "COMMENT ON EXTENSION ", extension.name(), " IS ")) {
        return extension.own() && !recordedComment(extension).equals(extension.comment());
      }
      if (extension.schemaStays() && concerns(sql, extension.schema(), restoresSchema(extension))) {
        return false;
      }
    }
    return vacant.stream().noneMatch(schema -> concerns(sql, schema, false));
  }

  private boolean restoresSchema(Extension extension) {
    return extension.ownedSchema() && !standIns.schemas().contains(extension.schema());
  }

  private static boolean concerns(String sql, String schema, boolean restored) {
    if (sql.equals("CREATE SCHEMA " + schema)) {
      return true;
    }
    return !restored
        && (is(sql, "ALTER SCHEMA ", schema, " OWNER TO ")
            || is(sql, "COMMENT ON SCHEMA ", schema, " IS ")
            || Pattern.compile(
                    "(GRANT|REVOKE) [A-Z ,]+ ON SCHEMA " + Pattern.quote(schema) + " (TO|FROM) ")
                .matcher(sql)
                .lookingAt());
  }

  private static boolean is(String sql, String before, String name, String after) {
    return sql.startsWith(before + name + after);
  }
}
