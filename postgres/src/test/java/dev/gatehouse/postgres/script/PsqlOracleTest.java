package dev.gatehouse.postgres.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.script.ScriptPiece.CopyBlock;
import dev.gatehouse.postgres.script.ScriptPiece.Statement;
import dev.gatehouse.postgres.session.Queries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same script by the real psql and by us: the same statements, the same database. */
class PsqlOracleTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(PsqlOracleTest.class);
  }

  /** What we refuse, and psql takes on trust. */
  private static final List<String> REFUSED =
      List.of("cut-off", "restrict", "meta-command", "without-end", "copy-and-more");

  private static final String SCHEMAS =
      "SELECT quote_ident(nspname) FROM pg_namespace"
          + " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

  /**
   * Where psql cuts what its own server takes as one: it takes any word BEGIN behind CREATE
   * FUNCTION for a body and any word END for its end, and it sees one line at a time, so that a
   * text with escapes which goes on in the next line is two to it.
   */
  private static final List<String> PSQL_ERRS =
      List.of("begin-as-name.sql", "begin-atomic-with-end-as-name.sql", "escapes-continued.sql");

  @ParameterizedTest
  @MethodSource("engines")
  void psql_sends_the_statements_that_we_cut(EngineUnderTest engine, @TempDir Path work)
      throws Exception {
    SoftAssertions all = new SoftAssertions();
    try (TestDatabase database = engine.database()) {
      for (Path script : ScriptCorpusTest.corpus()) {
        String name = script.getFileName().toString();
        if (REFUSED.stream().noneMatch(name::contains)) {
          afresh(database, name);
          if (PSQL_ERRS.contains(name)) {
            takenWhole(all, engine, database, script);
          } else {
            Path copy = Files.copy(script, work.resolve(name));
            compare(all, name, PsqlTap.execute(engine, database, work, copy.toString()), script);
          }
        }
      }
    }
    all.assertAll();
  }

  /** What a script before left behind is gone, and the table that this one needs is there. */
  private static void afresh(TestDatabase database, String name) throws Exception {
    String columns = "a text, \"from stdin\" text, \"end\" int";
    if (name.contains("copy-data-csv")) {
      columns = "a text, b text";
    } else if (name.startsWith("copy-no-data") || name.startsWith("copy-end")) {
      columns = "a int";
    }
    try (Connection connection = database.connect()) {
      for (String schema : Queries.column(connection, SCHEMAS)) {
        Queries.run(connection, "DROP SCHEMA " + schema + " CASCADE");
      }
      Queries.run(connection, "CREATE SCHEMA public; CREATE TABLE public.t (" + columns + ")");
    }
  }

  /** With -c, psql cuts nothing: what is one statement for the server succeeds as one. */
  private static void takenWhole(
      SoftAssertions all, EngineUnderTest engine, TestDatabase database, Path script)
      throws Exception {
    for (String sql : ours(script, new StringBuilder())) {
      PsqlTap.Heard heard =
          PsqlTap.execute(engine, database, Path.of("."), "", "-v", "ON_ERROR_STOP=1", "-c", sql);
      all.assertThat(heard.queries()).containsExactly(sql);
      all.assertThat(heard.exit()).as(heard.output()).isZero();
    }
  }

  private static void compare(SoftAssertions all, String name, PsqlTap.Heard heard, Path script)
      throws IOException {
    StringBuilder data = new StringBuilder();
    List<String> ours = ours(script, data);
    List<String> theirs =
        heard.queries().stream()
            .map(PsqlOracleTest::bare)
            .filter(query -> !query.isEmpty())
            .toList();
    all.assertThat(theirs).as(name + "\n" + heard.output()).isEqualTo(ours);
    // Up to 17, psql sends the line that ends the data along.
    String fed = heard.data().replaceAll("(?m)^\\\\\\.\\R?$\\n?", "");
    all.assertThat(fed).as(name + " data").isEqualTo(data.toString());
  }

  private static List<String> ours(Path script, StringBuilder data) throws IOException {
    List<String> ours = new ArrayList<>();
    byte[] bytes = Files.readAllBytes(script);
    ScriptSource source =
        new ScriptSource(script.toString(), new ByteArrayInputStream(bytes), ScriptVariables.NONE);
    Optional<ScriptPiece> piece = source.next();
    while (piece.isPresent()) {
      if (piece.get() instanceof CopyBlock copy) {
        ours.add(copy.sql());
        data.append(new String(copy.data().readAllBytes(), StandardCharsets.UTF_8));
      } else {
        ours.add(((Statement) piece.get()).sql());
      }
      piece = source.next();
    }
    return ours;
  }

  /** psql sends along the comments before and behind a statement, and its semicolon. */
  private static String bare(String query) {
    try {
      ScriptSource source =
          new ScriptSource(
              "psql",
              new ByteArrayInputStream(query.getBytes(StandardCharsets.UTF_8)),
              ScriptVariables.NONE);
      Optional<ScriptPiece> only = source.next();
      if (only.isEmpty()) {
        return "";
      }
      if (only.get() instanceof CopyBlock copy) {
        return copy.sql();
      }
      return source.next().isPresent() ? query : ((Statement) only.get()).sql();
    } catch (IOException | Refusal e) {
      return query;
    }
  }

  private static final String MAIN =
      """
      \\set ON_ERROR_STOP on
      \\timing on
      \\set schema eng
      \\set who 'it''s "me"; \\\\ and more'
      \\set both 'a' :schema "b"
      \\echo 'Applying migrations...' :who
      SET client_encoding = 'UTF8';
      SET search_path = public;
      CREATE SCHEMA :schema;
      COMMENT ON SCHEMA :"schema" IS :'who';
      \\i db/001_tables.sql
      \\ir db/002_routines.sql;
      CREATE TABLE told (who text DEFAULT :'who', mixed text DEFAULT :'both');
      INSERT INTO told DEFAULT VALUES;
      CREATE VIEW v AS SELECT :{?schema} AS is_set, :{?nothing} AS is_not, 'x'::text AS cast;
      /* /* nested; */ ; */
      INSERT INTO eng.orders (total) VALUES (1), (2), (3) RETURNING *;
      """;

  private static final String TABLES =
      """
      CREATE TABLE :schema.orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int, "a;b" text);
      ALTER TABLE eng.orders ENABLE ROW LEVEL SECURITY;
      CREATE POLICY p ON eng.orders USING (total > 0);
      CREATE TABLE eng.log (what text, data jsonb DEFAULT '{"a": "{fn x}"}');
      CREATE RULE quiet AS ON DELETE TO eng.orders DO ALSO (INSERT INTO eng.log VALUES ('a;'); INSERT INTO eng.log VALUES ('b'););
      COPY eng.log (what) FROM stdin;
      first;
      sec\\tond\t
      \\.
      \\set deep 'from the inside'
      """
          .replace("sec\\tond\t", "sec\\\\ond");

  private static final String ROUTINES =
      """
      CREATE FUNCTION eng.area(a int, b int) RETURNS int LANGUAGE sql
      BEGIN ATOMIC
        SELECT CASE WHEN a > 0 THEN a * b ELSE CASE b WHEN 0 THEN 0 ELSE 1 END END;
      END;
      CREATE FUNCTION eng.note() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        EXECUTE $$INSERT INTO eng.log (what) VALUES (':schema; ?')$$;
        RETURN NULL;
      END $body$;
      CREATE TRIGGER note AFTER INSERT ON eng.orders EXECUTE FUNCTION eng.note();
      CREATE PROCEDURE eng.both() LANGUAGE sql BEGIN ATOMIC INSERT INTO eng.log VALUES ('x;'); DELETE FROM eng.log WHERE what = 'y'; END;
      CREATE TABLE eng.quoted (u text DEFAULT U&'\\0041;', e text DEFAULT E'\\';' '', q text DEFAULT '?');
      COMMENT ON TABLE eng.quoted IS :'deep';
      DO $$ BEGIN PERFORM 1; END $$;
      """
          .replace("E'\\';' ''", "E'\\';'");

  private static final List<String> CONTENT =
      List.of(
          "SELECT * FROM public.told",
          "SELECT * FROM eng.log ORDER BY 1",
          "SELECT * FROM eng.orders ORDER BY 1",
          "SELECT eng.area(2, 3)",
          "SELECT * FROM public.v");

  @ParameterizedTest
  @MethodSource("engines")
  void psql_and_we_make_the_same_database(EngineUnderTest engine, @TempDir Path work)
      throws Exception {
    Files.createDirectory(work.resolve("db"));
    Files.writeString(work.resolve("main.sql"), MAIN);
    Files.writeString(work.resolve("db/001_tables.sql"), TABLES);
    Files.writeString(work.resolve("db/002_routines.sql"), ROUTINES);
    try (TestDatabase theirs = engine.database();
        TestDatabase ours = engine.database()) {
      PsqlTap.Heard heard =
          PsqlTap.execute(engine, theirs, work, "main.sql", "-v", "ON_ERROR_STOP=1", "-1");
      assertThat(heard.exit()).as(heard.output()).isZero();
      execute(ours, work);
      try (Connection left = theirs.connect();
          Connection right = ours.connect()) {
        Baseline made = Postgres.dialect().catalogue().orElseThrow().read(left);
        assertThat(made.drift(Postgres.dialect().catalogue().orElseThrow().read(right))).isEmpty();
        assertThat(made.objects()).hasSizeGreaterThan(20);
        for (String query : CONTENT) {
          assertThat(Queries.rows(right, query, Row::texts))
              .as(query)
              .isEqualTo(Queries.rows(left, query, Row::texts));
        }
      }
    }
  }

  private static void execute(TestDatabase database, Path work) throws Exception {
    PsqlScripts scripts = new PsqlScripts();
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      for (ScriptStatement statement : scripts.read(new OnDisk(work, Path.of("main.sql")))) {
        scripts.execute(connection, statement);
      }
      connection.commit();
    }
  }

  private record OnDisk(Path root, Path path) implements Script {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public String text() {
      try {
        return Files.readString(root.resolve(path));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public Script beside(String included) {
      return new OnDisk(root, path.resolveSibling(included));
    }

    @Override
    public Script below(String included) {
      return new OnDisk(root, Path.of(included));
    }
  }
}
