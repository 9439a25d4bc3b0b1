package dev.gatehouse.postgres.grant;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.postgres.session.Driver;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Statements of a script that may only make roles, grant and revoke. What stands for a secret is
 * sent as the SCRAM verifier that the server would keep of it.
 */
public record GrantScript(Map<String, Secret> secrets) implements Sending {
  private static final Pattern KNOWN =
      Pattern.compile(
          "(grant|revoke|alter default privileges|create (role|user|group)|alter (role|user|group))"
              + " (?!mapping ).*");

  /** What an undo could not take back. */
  private static final Pattern ALTERS_OTHERWISE =
      Pattern.compile("alter (role|user|group) .* (set|reset|rename) .*");

  private static final Pattern MADE =
      Pattern.compile("create (?:role|user|group) (\"(?:[^\"]++|\"\")++\"|[^\\s;]+).*");

  private static final Pattern ALTERED =
      Pattern.compile("alter (?:role|user|group) (\"(?:[^\"]++|\"\")++\"|[^\\s;]+).*");

  private static final Pattern PASSWORD =
      Pattern.compile("\\bpassword\\s+'((?:[^']++|'')*+)'", Pattern.CASE_INSENSITIVE);

  /** The one in a way of writing that is not read here: E'...', $$...$$, behind a comment. */
  private static final Pattern OTHER_PASSWORD =
      Pattern.compile("(create|alter) (role|user|group) .*\\bpassword\\b(?! null\\b).*");

  private static final Pattern QUOTED_NAME = Pattern.compile("\"(?:[^\"]++|\"\")*+\"");

  public static GrantScript of(List<String> statements, Map<String, Secret> secrets) {
    GrantScript script = new GrantScript(secrets);
    List<String> flat = statements.stream().map(GrantScript::flat).toList();
    List<String> made =
        flat.stream()
            .map(MADE::matcher)
            .filter(Matcher::matches)
            .map(match -> match.group(1))
            .toList();
    for (int i = 0; i < statements.size(); i++) {
      script.refuse(statements.get(i), flat.get(i), made);
    }
    return script;
  }

  private static String flat(String sql) {
    return sql.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }

  private void refuse(String sql, String flat, List<String> made) {
    if (!KNOWN.matcher(flat).matches() || ALTERS_OTHERWISE.matcher(flat).matches()) {
      throw refused(
          sql,
          "a script of grants holds another statement",
          "GRANT, REVOKE, ALTER DEFAULT PRIVILEGES, CREATE ROLE, ALTER ROLE",
          "put it into a change of its own: inOneTransaction(sql(\"...\")).undoneBy(...)");
    }
    Matcher altered = ALTERED.matcher(flat);
    if (altered.matches()
        && !flat.startsWith("alter default")
        && !made.contains(altered.group(1))) {
      throw refused(
          sql,
          "a script of grants alters a role that it does not make",
          "roles that the same script makes: of others nobody could restore the password",
          "put it into a change of its own: inOneTransaction(sql(\"...\")).undoneBy(...)");
    }
    Matcher password = PASSWORD.matcher(sql);
    while (password.find()) {
      String literal = password.group(1);
      if (!secrets.containsKey(literal) && !literal.startsWith("SCRAM-SHA-256$")) {
        throw refused(
            "",
            "a script holds a password",
            "a variable: PASSWORD :'app_password'",
            "write PASSWORD :'app_password', and .with(\"app_password\", secret) in the runbook");
      }
    }
    String rest = PASSWORD.matcher(sql).replaceAll("");
    String unquoted = QUOTED_NAME.matcher(rest).replaceAll("name");
    if (OTHER_PASSWORD.matcher(flat(unquoted)).matches()) {
      throw refused(
          "",
          "a script holds a password",
          "a variable: PASSWORD :'app_password'",
          "write PASSWORD :'app_password', and .with(\"app_password\", secret) in the runbook");
    }
    if (secrets.keySet().stream().anyMatch(rest::contains)) {
      throw refused(
          "",
          "a secret stands where no password stands",
          "secrets behind the word PASSWORD only: elsewhere the server would print them",
          "use the variable in PASSWORD :'name' only");
    }
  }

  /** Whatever comes after the word may be one. */
  private static String withoutPassword(String sql) {
    int word = sql.toLowerCase(Locale.ROOT).indexOf("password");
    return word < 0 ? sql : sql.substring(0, word) + "password ...";
  }

  private static Refusal refused(String sql, String headline, String expected, String fix) {
    return new Refusal(
        Finding.of("grants.statement", headline)
            .withExpected(expected)
            .withFound(withoutPassword(sql))
            .withFix(fix));
  }

  @Override
  public String sql(String statement) {
    Matcher password = PASSWORD.matcher(statement);
    StringBuilder sent = new StringBuilder();
    while (password.find()) {
      Secret secret = secrets.get(password.group(1));
      String verifier = secret == null ? password.group(1) : secret.reveal(Driver::scram);
      password.appendReplacement(sent, Matcher.quoteReplacement("PASSWORD '" + verifier + "'"));
    }
    return password.appendTail(sent).toString();
  }

  @Override
  public String text(String statement) {
    String text = statement;
    for (String standIn : secrets.keySet()) {
      String variable = standIn.substring(standIn.lastIndexOf(' ') + 1);
      text = text.replace("'" + standIn + "'", ":'" + variable + "'");
    }
    return text;
  }
}
