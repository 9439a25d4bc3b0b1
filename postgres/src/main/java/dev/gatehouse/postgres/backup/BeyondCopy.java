package dev.gatehouse.postgres.backup;

import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a statement on a copy shares with the whole server: roles and what else has no database, the
 * server's files and programs, and other servers. (PostgreSQL documentation, "System Catalogs":
 * those that are shared across all databases of a cluster.)
 *
 * <p>Texts alone are looked at, those of the routines that a statement may run included. What makes
 * the text of a statement while it runs, or is written in a language that is not read here, is
 * found as well: nobody knows what it does.
 */
final class BeyondCopy {
  private static final String FUNCTIONS =
      "\\b(?:dblink\\w*|lo_export|lo_import|pg_file_\\w+|pg_terminate_backend"
          + "|pg_cancel_backend|pg_reload_conf|pg_\\w*replication_\\w+|pg_promote|pg_switch_wal"
          + "|pg_logical_emit_message|pg_create_restore_point|pg_rotate_logfile"
          + "|pg_(?:start|stop)_backup|pg_backup_(?:start|stop)|pg_wal_replay_\\w+"
          + "|pg_stat_reset_(?:shared|slru)|pg_stat_statements_reset"
          + "|query_to_xml\\w*|ts_stat|ts_rewrite|crosstab\\w*|connectby|xpath_table)";

  /** Extensions whose routines reach other servers, files or programs. */
  private static final String OUTSIDE =
      "\\b(?:dblink|\\w+_fdw|pg_cron|adminpack|pg_net|http|pg_background|pgagent|pglogical"
          + "|aws_\\w+|pl\\w+u)\\b";

  private static final Pattern SHARED =
      Pattern.compile(
          "\\b(?:CREATE|ALTER|DROP)\\s+(?:ROLE|USER(?!\\s+MAPPING)|GROUP|DATABASE|TABLESPACE"
              + "|SUBSCRIPTION|SERVER)\\b"
              + "|\\bALTER\\s+SYSTEM\\b|\\b(?:REASSIGN|DROP)\\s+OWNED\\b"
              + "|\\b(?:COMMENT|SECURITY\\s+LABEL)\\b[^;]*?\\bON\\s+(?:ROLE|DATABASE|TABLESPACE)\\b"
              + "|\\bON\\s+(?:DATABASE|TABLESPACE|PARAMETER)\\b"
              + "|\\bCOPY\\b[^;]*?\\b(?:PROGRAM|(?:TO|FROM)\\s*(?:(?:E|U&)?'|\\$))"
              + "|^\\s*LOAD\\s*(?:E|U&)?'|\\bCREATE\\s+EXTENSION\\b[^;]*?"
              + OUTSIDE
              + "|\\b(?:UPDATE|DELETE\\s+FROM|INTO|TRUNCATE(?:\\s+TABLE)?|COPY)\\s+(?:ONLY\\s+)?"
              + "(?:\"?pg_catalog\"?\\s*\\.\\s*)?\"?pg_(?:database|authid|auth_members|tablespace"
              + "|db_role_setting|parameter_acl|replication_origin|subscription|sh\\w+)\\b"
              + "|\\bIMPORT\\s+FOREIGN\\b|\\bCREATE\\s+FOREIGN\\s+TABLE\\b"
              // called, or made an operator or an aggregate of
              + "|(?:"
              + FUNCTIONS
              + "\"?\\s*\\(|=\\s*(?:\"?pg_catalog\"?\\s*\\.\\s*)?\"?"
              + FUNCTIONS
              + "\\b)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** A grant of a role, which names no object. */
  private static final Pattern MEMBERSHIP =
      Pattern.compile("\\b(?:GRANT|REVOKE)\\b[^;]*", Pattern.CASE_INSENSITIVE);

  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

  private static final Pattern ON = Pattern.compile("\\bON\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern ALL_OPTIONS =
      Pattern.compile("\\b(?:GRANT|ADMIN|HIERARCHY)\\s+OPTION\\b", Pattern.CASE_INSENSITIVE);

  /** Comments, which may stand between any two words; texts, so that none begins in one. */
  private static final Pattern COMMENT_OR_TEXT =
      Pattern.compile(
          "(--[^\\n]*+|/\\*(?:(?!/\\*|\\*/).)*+\\*/)|\\be'(?:[^'\\\\]++|\\\\.|'')*+'"
              + "|'[^']*+'|\"[^\"]*+\"|(?<![\\w$\\x80-\\uffff])(\\$((?:[^\\W\\d]|[\\x80-\\uffff])?"
              + "(?:\\w|[\\x80-\\uffff])*)\\$)((?:(?!\\$\\3\\$).)*+)\\$\\3\\$",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** The same where a text is a statement of its own. */
  private static final Pattern COMMENT =
      Pattern.compile("--[^\\n]*+|/\\*(?:(?!/\\*|\\*/).)*+\\*/", Pattern.DOTALL);

  /** Names, and bodies of routines, whose letters are written as numbers. */
  private static final Pattern ESCAPED =
      Pattern.compile(
          "\\bU&\"[^\"]*\"|\\b(?:DO(?:\\s+LANGUAGE\\s+\\S+)?|AS)\\s*(?:U&'|E'[^']*\\\\).{0,40}"
              + "|\\bstandard_conforming_strings\\b(?!\\s*(?:=|TO)\\s*'?(?:on|true|yes|1)\\b)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern CODE =
      Pattern.compile(
          "\\s*(?:DO|EXECUTE|CREATE\\s+(?:OR\\s+REPLACE\\s+)?(?:FUNCTION|PROCEDURE))\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** An EXECUTE of anything but one text that stands there whole; languages that are not read. */
  private static final Pattern BUILT =
      Pattern.compile(
          "\\bEXECUTE\\b(?!\\s+(?:ON\\b|(?:FUNCTION|PROCEDURE)\\s+[\\w.\"]+\\s*\\())(?!\\s*(?:'(?:[^'\\\\]++|'')*+'"
              + "|\\$(\\w*)\\$(?:(?!\\$\\1\\$).)*+\\$\\1\\$)\\s*(?:;|INTO\\b|USING\\b|LOOP\\b))[^;]*"
              + "|\\bLANGUAGE\\b\\s*(?:['\"]|\\$\\w*\\$)?(?!(?:sql|plpgsql)\\b)\\w+",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** With whether something other than a routine runs it: a trigger, a default, a policy. */
  private static final String ROUTINES =
      "SELECT p.oid::regprocedure AS name, p.proname AS called, EXISTS (SELECT FROM pg_depend d WHERE d.refclassid ="
          + " 'pg_proc'::regclass AND d.refobjid = p.oid AND (d.classid <> 'pg_proc'::regclass OR EXISTS"
          + " (SELECT FROM pg_aggregate a WHERE a.aggfnoid = d.objid))) AS run,"
          + " CASE WHEN l.lanname IN ('sql', 'plpgsql') THEN pg_get_functiondef(p.oid)"
          + " ELSE 'DO LANGUAGE ' || l.lanname END AS body FROM pg_proc p JOIN pg_language l ON l.oid ="
          + " p.prolang WHERE p.oid >= 16384 AND p.prokind IN ('f', 'p') AND (l.lanname NOT IN"
          + " ('internal', 'c') OR NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid ="
          + " 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')) ORDER BY 1";

  private static final List<String> WAYS_OUT =
      List.of(
          "SELECT 'foreign table ' || ftrelid::regclass FROM pg_foreign_table ORDER BY 1 LIMIT 5",
          "SELECT 'routine ' || p.oid::regprocedure || ' in ' || l.lanname FROM pg_proc p JOIN"
              + " pg_language l ON l.oid = p.prolang WHERE NOT l.lanpltrusted AND l.lanname NOT IN"
              + " ('internal', 'c') ORDER BY 1 LIMIT 5",
          "SELECT 'extension ' || extname FROM pg_extension WHERE extname ~ '"
              + OUTSIDE.replace("\\b", "").replace("(?:", "^(")
              + "$' ORDER BY 1");

  private BeyondCopy() {}

  static List<String> of(List<String> statements, Connection source) throws SQLException {
    List<String> found = new ArrayList<>();
    statements.forEach(statement -> found.addAll(in(statement)));
    for (Routine routine : run(statements, routines(source))) {
      in(routine.text).forEach(one -> found.add("routine " + routine.name + ": " + one));
    }
    for (String query : WAYS_OUT) {
      found.addAll(Queries.column(source, query));
    }
    return found.stream().distinct().toList();
  }

  private static List<String> in(String statement) {
    List<String> found = new ArrayList<>();
    String bare = withoutComments(statement);
    String everywhere = innermostFirst(statement, one -> COMMENT.matcher(one).replaceAll(" "));
    for (String text : List.of(statement, bare, everywhere)) {
      SHARED.matcher(text).results().forEach(one -> found.add(words(one.group())));
    }
    for (String text : List.of(bare, everywhere)) {
      MEMBERSHIP
          .matcher(text)
          .results()
          .map(one -> QUOTED.matcher(one.group()).replaceAll("q"))
          .map(one -> ALL_OPTIONS.matcher(one).replaceAll(""))
          .filter(one -> !ON.matcher(one).find())
          .forEach(one -> found.add(words(one)));
    }
    ESCAPED.matcher(bare).results().forEach(one -> found.add(untold(one)));
    if (CODE.matcher(bare).matches()) {
      BUILT.matcher(bare).results().forEach(one -> found.add(untold(one)));
    }
    return found;
  }

  private static String untold(MatchResult one) {
    return "what this does, its text does not tell: " + words(one.group());
  }

  private static String withoutComments(String statement) {
    boolean code = CODE.matcher(COMMENT.matcher(statement).replaceAll(" ")).matches();
    return innermostFirst(statement, one -> withoutComments(one, code));
  }

  /** In quotes of dollars stands the body of a routine, and in such within it a text. */
  private static String withoutComments(String text, boolean code) {
    return COMMENT_OR_TEXT
        .matcher(text)
        .replaceAll(
            one -> {
              boolean body = code && one.group(2) != null;
              String kept =
                  body
                      ? one.group(2) + withoutComments(one.group(4), false) + one.group(2)
                      : one.group();
              return one.group(1) == null ? Matcher.quoteReplacement(kept) : " ";
            });
  }

  /** Comments nest. */
  private static String innermostFirst(String statement, UnaryOperator<String> without) {
    String before;
    String now = statement;
    do {
      before = now;
      now = without.apply(before);
    } while (!now.equals(before));
    return now;
  }

  /**
   * @param run by whatever there is of the database, whoever names it
   */
  private record Routine(String name, Set<String> called, boolean run, String text) {}

  private static List<Routine> routines(Connection source) throws SQLException {
    return Queries.rows(
        source,
        ROUTINES,
        row ->
            new Routine(
                row.text("name"),
                names(row.text("called")),
                row.text("run").equals("t"),
                row.text("body")));
  }

  /** Those that anything runs, those that a statement names, and those that such a one names. */
  private static List<Routine> run(List<String> statements, List<Routine> routines) {
    Set<String> named = names(String.join("\n", statements));
    List<Routine> others = new ArrayList<>(routines);
    List<Routine> found = new ArrayList<>();
    boolean more = true;
    while (more) {
      List<Routine> next =
          others.stream().filter(one -> one.run || named.containsAll(one.called)).toList();
      next.forEach(one -> named.addAll(names(one.text)));
      found.addAll(next);
      more = others.removeAll(next);
    }
    return found;
  }

  private static Set<String> names(String text) {
    return new HashSet<>(Arrays.asList(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}_]+")));
  }

  private static String words(String statement) {
    String line = statement.strip().replaceAll("\\s+", " ");
    return line.length() > 80
        ? line.substring(0, 80).toLowerCase(Locale.ROOT) + "..."
        : line.toLowerCase(Locale.ROOT);
  }
}
