package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.GrantMethod.GrantOutcome;
import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.sql.ScriptFile;
import dev.gatehouse.dsl.sql.ScriptFiles;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Grants as a script has them: read and pinned while planning, simulated in a transaction that is
 * rolled back, executed in one transaction, and judged by claims before the commit. Its undo takes
 * back what the script granted and revoked, and drops the roles that it made.
 *
 * <p>Immutable. Writes what its statements write, which may be GRANT, REVOKE, ALTER DEFAULT
 * PRIVILEGES, CREATE ROLE, and ALTER ROLE of a role that it makes; needs their privileges.
 *
 * @since 0.1
 */
public final class GrantsFromTemplate implements GrantChange {
  /** What people write where a value is still to come. */
  private static final Pattern UNFILLED =
      Pattern.compile(
          "redacted|change_?me|replace_?me|your_?password|<[a-z][a-z_ ]*>|\\$\\{[^}]*\\}");

  private static final String STANDS_FOR = "gatehouse stands for ";

  private final GrantTemplate template;
  private final List<PrivilegeCheck> claims;
  private final Optional<String> name;

  GrantsFromTemplate(GrantTemplate template, List<PrivilegeCheck> claims, Optional<String> name) {
    this.template = template;
    this.claims = List.copyOf(claims);
    this.name = name;
  }

  /**
   * The same change under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public GrantsFromTemplate named(String newName) {
    return new GrantsFromTemplate(template, claims, Optional.of(Names.checked(newName)));
  }

  @Override
  public String name() {
    return name.orElse(Names.of("grants from " + template.file()));
  }

  @Override
  public List<Secret> secrets() {
    return List.copyOf(template.secrets().values());
  }

  @Override
  public Undo undo() {
    return new Undo.By(new UndoGrants(this));
  }

  /**
   * @throws Refusal when the script holds other statements or an unfilled placeholder, the server
   *     does not let it, or a claim would not hold afterwards
   */
  @Override
  public Effect bind(CheckContext reading) throws Exception {
    GrantMethod method = GrantChange.method(name(), reading.target());
    return method instanceof GrantMethod.InSequence each
        ? sequence(reading, each)
        : transaction(reading, (GrantMethod.InTransaction) method);
  }

  @Override
  public GrantSequence sequence(CheckContext reading, GrantMethod.InSequence method) {
    throw new Refusal(
        Finding.of("grants.no-template", "'" + name() + "' cannot be read here yet")
            .withExpected("a product whose transactions hold GRANT and REVOKE")
            .withFound(reading.target().dialect().name())
            .withFix("say what is wanted instead: grantLeastPrivilege(...)"));
  }

  private GrantEffect transaction(CheckContext reading, GrantMethod.InTransaction method)
      throws Exception {
    List<String> preview = new ArrayList<>();
    List<String> statements = statements(reading, preview);
    Map<String, Secret> secrets = new LinkedHashMap<>();
    template.secrets().forEach((variable, secret) -> secrets.put(standIn(variable), secret));
    statements.forEach(statement -> preview.add(shown(statement) + ";"));
    claims.forEach(claim -> preview.add("then verifying: " + claim.claim()));
    try {
      GrantOutcome outcome = method.simulate(reading.target(), statements, secrets);
      GrantJudgement judgement = judge(outcome);
      if (!judgement.findings().isEmpty()) {
        throw Refusal.of(judgement.findings());
      }
      preview.add(
          Outline.UNKNOWN
              + "until it is applied; as of planning, simulated and rolled back:\n"
              + String.join("\n", judgement.told(outcome)));
    } catch (Refusal | StepFailed refused) {
      if (reading.targetIsFinal() || isOfTheScript(refused)) {
        throw refused instanceof StepFailed failed ? Refusal.of(failed.findings()) : refused;
      }
      preview.add(
          Outline.UNKNOWN + "until an earlier step has run: " + GrantLeastPrivilege.head(refused));
    }
    return new GrantEffect(
        method,
        working -> method.execute(working.target(), working.connection(), statements, secrets),
        this::judge,
        List.copyOf(preview));
  }

  /** No earlier step mends the script; and what it must not hold is not to be shown in a plan. */
  private static boolean isOfTheScript(RuntimeException refused) {
    return refused instanceof Refusal refusal
        && refusal.findings().get(0).code().equals("grants.statement");
  }

  private GrantJudgement judge(GrantOutcome outcome) {
    return GrantJudgement.of(outcome, claims, List.of(), List.of(), List.of());
  }

  private static String standIn(String variable) {
    return STANDS_FOR + variable;
  }

  private String shown(String statement) {
    String shown = statement;
    for (String variable : template.secrets().keySet()) {
      shown = shown.replace("'" + standIn(variable) + "'", ":'" + variable + "'");
    }
    return shown;
  }

  private List<String> statements(CheckContext reading, List<String> preview) throws IOException {
    ScriptReader reader =
        reading
            .target()
            .dialect()
            .scripts()
            .orElseThrow(
                () ->
                    new Refusal(
                        Finding.of("dialect.no-scripts", "'" + name() + "' needs scripts")
                            .withExpected("a dialect that reads scripts")
                            .withFound(reading.target().dialect().name())
                            .withFix("take '" + name() + "' out of this runbook")));
    List<ScriptFile> files = new ScriptFiles(template.file(), Optional.empty()).read().scripts();
    List<String> statements = new ArrayList<>();
    for (ScriptFile file : files) {
      refuseUnfilled(file);
      for (ScriptStatement statement : reader.read(new Filled(file, sets()))) {
        statements.add(statement.sql());
      }
      file.pinned().forEach((script, sum) -> preview.add("-- " + script + "  sha256:" + sum));
    }
    return List.copyOf(statements);
  }

  private String sets() {
    StringBuilder sets = new StringBuilder();
    template.values().forEach((variable, value) -> sets.append(set(variable, value)));
    template.secrets().keySet().forEach(one -> sets.append(set(one, standIn(one))));
    return sets.toString();
  }

  private static String set(String variable, String value) {
    return "\\set " + variable + " '" + value.replace("\\", "\\\\").replace("'", "\\'") + "'\n";
  }

  private static void refuseUnfilled(ScriptFile file) {
    int line = 0;
    for (String text : file.text().split("\n", -1)) {
      line++;
      Matcher unfilled = UNFILLED.matcher(text.split("--", 2)[0].toLowerCase(Locale.ROOT));
      if (unfilled.find()) {
        throw new Refusal(
            Finding.of("grants.unfilled", "a placeholder of the script was not filled in")
                .withExpected("a variable with a value: :'app_password'")
                .withFound(file.name() + ":" + line + "  " + unfilled.group())
                .withFix(
                    "write PASSWORD :'app_password' there, and .with(\"app_password\", secret) in"
                        + " the runbook"));
      }
    }
  }

  /** The script behind lines that set its variables; its own name and lines stay what they are. */
  private record Filled(ScriptFile file, String sets) implements Script {
    @Override
    public String name() {
      return "variables of " + file.name();
    }

    @Override
    public String text() {
      return sets + "\\i script";
    }

    @Override
    public Script beside(String path) {
      return file;
    }

    @Override
    public Script below(String path) {
      return file;
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
